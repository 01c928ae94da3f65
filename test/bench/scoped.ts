import { sql } from 'drizzle-orm'
import pg from 'pg'
import pino from 'pino'
import { type Database, openDatabase } from '#db'
import { createDatabaseOn } from '../support/database-server.ts'
import { type Bench, more, ms, percentile, type Row, ratio } from './bench.ts'
import { fillCalls, fillEvents, fillExecutions, MILLION, ROOM } from './million.ts'

/** What row level security costs: a query as a person, beside the same with a where, past all policies. */
export const name = 'scoped'

const TIMES = 300
const TIMES_FULL = 15
const quiet = pino({ level: 'error' })

/** For a transaction, or until they are set again. */
const indexes = (on: boolean, forTransaction: boolean) =>
  `select ${['indexscan', 'indexonlyscan', 'bitmapscan']
    .map((kind) => `set_config('enable_${kind}', '${on}', ${forTransaction})`)
    .join(', ')}`

interface Case {
  what: string
  /** As the person, whom policies alone keep from the rest. */
  scoped: string
  /** As the superuser, whom no policy binds. */
  bare: string
  times: number
  /** Without the indexes. */
  full?: boolean
}

const page = `select id, status, started_at, cost_usd from workflow_executions`
const total = `select count(*), sum(cost_usd) from workflow_executions`
const calls = `select operation, status, at, duration_ms from mcp_operation_logs`
const cases: Case[] = [
  {
    what: "a person's last 50 of 1,000, by index",
    scoped: `${page} order by started_at desc limit 50`,
    bare: `${page} where user_id = 'user 7' order by started_at desc limit 50`,
    times: TIMES,
  },
  {
    what: 'sum over their 1,000, by index',
    scoped: total,
    bare: `${total} where user_id = 'user 7'`,
    times: TIMES,
  },
  {
    what: 'the same by a full scan of 1,000,000',
    scoped: total,
    bare: `${total} where user_id = 'user 7'`,
    times: TIMES_FULL,
    full: true,
  },
  {
    what: 'last 50 of a log that admins read, too',
    scoped: `${calls} where user_id = 'user 7' order by at desc limit 50`,
    bare: `${calls} where user_id = 'user 7' order by at desc limit 50`,
    times: TIMES,
  },
  {
    what: "100 events of a room's log, by room_log()",
    scoped: `select * from room_log('${ROOM}', 500000, 100)`,
    bare: `select * from room_events where room_id = '${ROOM}' and seq > 500000 order by seq limit 100`,
    times: TIMES,
  },
]

export async function run(bench: Bench): Promise<Row[]> {
  const { url, adminUrl, drop } = await createDatabaseOn((await bench.postgres()).url)
  const db = await openDatabase({
    url,
    dataDir: '/nonexistent',
    log: quiet,
    encryptionKeys: [new Uint8Array(32)],
  })
  const bare = new pg.Client({ connectionString: adminUrl })
  try {
    bench.say(`${MILLION.toLocaleString('en')} rows in each of three tables are written first`)
    for (const fill of [fillExecutions, fillCalls, fillEvents]) await fill(adminUrl)
    await bare.connect()
    const rows: Row[] = []
    for (const one of cases) rows.push(...(await compare(db, bare, one)))
    return rows
  } finally {
    await bare.end()
    await db.close()
    await drop()
  }
}

/** Turn by turn, so that whatever else the machine does meets both. */
async function compare(db: Database, bare: pg.Client, one: Case): Promise<Row[]> {
  const scope = { userId: 'user 7', role: 'user' } as const
  const asPerson = (times: number[]) =>
    db.withUser(
      scope,
      async (tx) => {
        if (one.full) await tx.execute(sql.raw(indexes(false, true)))
        const from = performance.now()
        const found = await tx.execute(sql.raw(one.scoped))
        times.push(performance.now() - from)
        return found.length
      },
      { timeoutMs: 60_000 },
    )
  await bare.query(indexes(!one.full, false))
  const [inside, whole, baseline]: [number[], number[], number[]] = [[], [], []]
  for (let i = -2; i < one.times; i++) {
    if (i === 0) for (const times of [inside, whole, baseline]) times.length = 0
    let from = performance.now()
    const found = await asPerson(inside)
    whole.push(performance.now() - from)
    from = performance.now()
    const { rowCount } = await bare.query(one.bare)
    baseline.push(performance.now() - from)
    if (found !== rowCount) throw new Error(`${one.what}: ${found} rows, bare ${rowCount}`)
  }
  const median = (times: number[]) => percentile(times, 0.5)
  const row = (what: string, ours: number[]): Row => ({
    what,
    ours: ms(median(ours)),
    baseline: ms(median(baseline)),
    compared: `${ratio(median(ours), median(baseline))}, ${more(median(ours), median(baseline))}`,
  })
  return [row(`${one.what}: the query`, inside), row('  with its transaction and claims', whole)]
}
