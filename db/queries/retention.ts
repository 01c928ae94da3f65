import { sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import type { Scopes } from '../scopes.ts'

type System = Pick<Scopes, 'withSystem'>

/** Months that are there before they are needed: a hub that is not started for a year finds its own. */
const MONTHS_AHEAD = 12
/** Rows deleted by one transaction, so that none holds its locks for long. */
const BATCH = 2_000
const TIMEOUT_MS = 120_000
/** What came of a person's agents; its conversations and inputs are theirs, its figures are in the summaries. */
const histories = ['workflow_executions', 'team_conversations', 'prefect_flow_runs'] as const

/** Makes the coming months of what grows without end; answers how many were missing. */
export async function makePartitions({ withSystem }: System, now: number): Promise<number> {
  return withSystem(
    'partitions',
    async (tx) => {
      const [row] = await tx.execute<{ made: number }>(
        sql`select make_partitions(${now}, ${MONTHS_AHEAD}) as made`,
      )
      return row?.made ?? 0
    },
    { timeoutMs: TIMEOUT_MS },
  )
}

/** Drops the months that ended before then, and what of them is in no month. Rows by table. */
export async function dropPartitions(
  { withSystem }: System,
  before: number,
): Promise<Record<string, number>> {
  const rows = await withSystem(
    'old partitions',
    (tx) =>
      tx.execute<{ parent: string; dropped: number }>(
        sql`select parent, dropped from drop_partitions(${before})`,
      ),
    { timeoutMs: TIMEOUT_MS },
  )
  return Object.fromEntries(rows.map(({ parent, dropped }) => [parent, dropped]))
}

/** Deletes executions, conversations and flow runs that ended before then. Rows by table. */
export async function dropHistory(
  db: System,
  before: number,
): Promise<Record<(typeof histories)[number], number>> {
  const dropped = { workflow_executions: 0, team_conversations: 0, prefect_flow_runs: 0 }
  for (const table of histories) {
    dropped[table] = await inBatches(db, (tx) =>
      remove(tx, table, sql`started_at < ${before} and finished_at < ${before}`),
    )
  }
  return dropped
}

/** Deletes answers kept for repeated creations that are older. */
export async function dropIdempotencyKeys(db: System, before: number): Promise<number> {
  return inBatches(db, (tx) => remove(tx, 'idempotency_keys', sql`created_at < ${before}`))
}

async function remove(tx: Tx, table: string, old: ReturnType<typeof sql>): Promise<number> {
  const name = sql.identifier(table)
  const { count } = await tx.execute(sql`
    delete from ${name} where ctid = any (array(select ctid from ${name} where ${old} limit ${BATCH}))`)
  return count
}

async function inBatches({ withSystem }: System, run: (tx: Tx) => Promise<number>) {
  for (let total = 0; ; ) {
    const count = await withSystem('old rows', run, { timeoutMs: TIMEOUT_MS })
    total += count
    if (count < BATCH) return total
  }
}
