import { sql } from 'drizzle-orm'
import { listAudit } from '../audit/index.ts'
import { refreshReports, views } from '../reports/index.ts'
import type { Scopes } from '../scopes.ts'
import type { Vault } from '../vault/index.ts'
import { type OwnTable, ownRows, PRIVACY_TIMEOUT } from './own-rows.ts'
import type { PersonalPlace } from './types.ts'

const made = [
  ['created_at', 'bigint'],
  ['id', 'text'],
] as const
const started = [
  ['started_at', 'bigint'],
  ['id', 'text'],
] as const
const logged = [
  ['at', 'bigint'],
  ['id', 'uuid'],
] as const

/** In the order in which they are erased: what refers to another row goes before it. */
const OWN: readonly OwnTable[] = [
  // these two as their indexes have them
  { table: 'agent_mcp_interactions', order: [['agent_id', 'text'], ...logged] },
  { table: 'llm_performance_metrics', order: [['model_id', 'text'], ...logged] },
  { table: 'mcp_operation_logs', order: logged },
  { table: 'workflow_executions', order: started },
  { table: 'team_conversations', order: started },
  { table: 'prefect_flow_runs', order: started },
  { table: 'agent_workflows', order: made },
  { table: 'team_members', order: made },
  { table: 'agent_teams', order: made },
  { table: 'agents', order: made },
  { table: 'prefect_flows', order: made },
  { table: 'user_llm_preferences', order: made },
  // its hint stays: the last characters, by which the person knows which secret it is
  { table: 'user_mcp_connections', order: made, hide: ['credentials'] },
]

/** The places that are rows of Postgres and nothing more. */
export function personalTables(db: Scopes & { vault: Vault }): PersonalPlace[] {
  return [
    ...OWN.map((table) => ownRows(db, table)),
    reports(db),
    idempotencyKeys(db),
    arrivalRules(db),
    audit(db),
    dataKeys(db),
  ]
}

const REPORTS = views.map((view) => `reports.${view}`)

/** Sums of what is in other places: after those are erased they are made anew. */
function reports(db: Scopes): PersonalPlace {
  return {
    name: 'reports',
    tables: REPORTS,
    async *export(userId) {
      // each has a function beside it that shows people their own
      for (const view of REPORTS) {
        const own = sql.raw(view.replace('.', '.read_'))
        yield* await db.withUser({ userId, role: 'user' }, (tx) =>
          tx.execute(sql`select * from ${own}()`),
        )
      }
    },
    async erase(userId) {
      const [row] = await db.withSystem('erase a person', (tx) =>
        tx.execute<{ rows: string }>(
          sql`select ${sql.join(
            REPORTS.map(
              (view) => sql`(select count(*) from ${sql.raw(view)} where user_id = ${userId})`,
            ),
            sql` + `,
          )} as rows`,
        ),
      )
      const erased = Number(row?.rows ?? 0)
      if (erased > 0) await refreshReports(db)
      return { erased }
    },
  }
}

/** Answers that are kept for a day; also those of others that name the person. */
function idempotencyKeys(db: Scopes): PersonalPlace {
  const table = ownRows(db, {
    table: 'idempotency_keys',
    order: [
      ['created_at', 'bigint'],
      ['method', 'text'],
      ['path', 'text'],
      ['key', 'text'],
    ],
    // what was answered is in the places of what was made
    hide: ['fingerprint', 'headers', 'response'],
  })
  return {
    ...table,
    async erase(userId) {
      const { erased } = await table.erase(userId)
      const { count } = await db.withSystem(
        'erase a person',
        (tx) =>
          tx.execute(sql`delete from idempotency_keys where jsonb_path_exists(response,
            '$.** ? (@.owner == $person || @.user == $person)',
            jsonb_build_object('person', ${userId}::text))`),
        { timeoutMs: PRIVACY_TIMEOUT },
      )
      return { erased: erased + count }
    },
  }
}

/** Rules are the operator's; a person is in them as the owner of rooms to come. */
function arrivalRules(db: Scopes): PersonalPlace {
  return {
    name: 'arrival_rules',
    tables: ['arrival_rules'],
    async *export(userId) {
      yield* await db.withSystem('export a person', (tx) =>
        tx.execute(
          sql`select pattern, owner_id, created_at from arrival_rules where owner_id = ${userId}
            order by created_at, id`,
        ),
      )
    },
    async erase(userId) {
      // such rooms are the operator's from now on
      const { count } = await db.withSystem('erase a person', (tx) =>
        tx.execute(sql`update arrival_rules set owner_id = null where owner_id = ${userId}`),
      )
      return { erased: count }
    },
  }
}

const AUDIT_PAGE = 500

/**
 * What was done to the person's things. The chain stays, without its owner; whom its entries name is sealed, and the end
 * of an erasure destroys the key. So it does with what the person did to the things of others.
 */
function audit(db: Scopes & { vault: Vault }): PersonalPlace {
  return {
    name: 'audit',
    tables: ['audit_chains', 'audit_entries'],
    async *export(userId) {
      let before: number | undefined
      for (;;) {
        const page = await db.withUser(
          { userId, role: 'user' },
          (tx) => listAudit(tx, db.vault, { owner: userId, before, limit: AUDIT_PAGE }),
          { timeoutMs: PRIVACY_TIMEOUT },
        )
        // where somebody else came from is theirs
        for (const { by, ...entry } of page)
          yield { ...entry, by: by === 'system' || by.id === userId ? by : { id: by.id } }
        before = page.at(-1)?.seq
        if (before === undefined) return
      }
    },
    async erase(userId) {
      const [row] = await db.withSystem('erase a person', (tx) =>
        tx.execute<{ entries: string }>(
          sql`select coalesce(sum(seq), 0) as entries from audit_chains where owner_id = ${userId}`,
        ),
      )
      const count = Number(row?.entries ?? 0)
      return { erased: 0, ...(count === 0 ? {} : { kept: { count, why: AUDIT_STAYS } }) }
    },
  }
}

const AUDIT_STAYS =
  'The chain of the audit stays whole. Whom its entries name is sealed with a key that is destroyed.'

/** A key is a secret: an export says that there is one. It is destroyed last, by the erasure itself. */
function dataKeys(db: Scopes): PersonalPlace {
  return {
    name: 'data_keys',
    tables: ['data_keys'],
    async *export(userId) {
      yield* await db.withSystem('export a person', (tx) =>
        tx.execute(sql`select id, created_at from data_keys where user_id = ${userId}`),
      )
    },
    erase: async () => ({ erased: 0 }),
  }
}

/** What was asked for: rows alone. Who makes the archives erases them with their rows. */
export function requestRows(db: Scopes): PersonalPlace {
  return ownRows(db, {
    table: 'privacy_requests',
    order: [
      ['created_at', 'bigint'],
      ['id', 'uuid'],
    ],
    hide: ['result', 'error_code'],
  })
}
