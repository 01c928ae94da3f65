import pg from 'pg'
import pino from 'pino'
import { type Database, openDatabase, reports } from '#db'
import { createDatabaseOn, query } from '../support/database-server.ts'
import { type Bench, ms, percentile, type Row, ratio } from './bench.ts'
import { fillCalls, fillExecutions, fillMetrics, MILLION } from './million.ts'

/** What a refresh of the summaries takes, beside their queries alone; and what a person's own rows of one take. */
export const name = 'reports'

const READS = 200
const quiet = pino({ level: 'error' })
const encryptionKeys = [new Uint8Array(32)]
const views = ['agent_performance_summary', 'mcp_usage_summary', 'llm_comparison_view']

export async function run(bench: Bench): Promise<Row[]> {
  const { url, adminUrl, drop } = await createDatabaseOn((await bench.postgres()).url)
  const db = await openDatabase({ url, dataDir: '/nonexistent', log: quiet, encryptionKeys })
  try {
    bench.say(`${MILLION.toLocaleString('en')} rows in each of three tables are written first`)
    for (const fill of [fillExecutions, fillCalls, fillMetrics]) await fill(adminUrl)
    const refresh = () => reports.refreshReports(db)
    const alone = async () => {
      // of the whole row, or Postgres leaves out what nobody asks for
      for (const view of views) {
        const [row] = await query(adminUrl, `select pg_get_viewdef('reports.${view}') as text`)
        const summary = String(row?.text).replace(/;\s*$/, '')
        await query(adminUrl, `select count(summary) from (${summary}) summary`)
      }
    }
    await alone()
    const [first, baseline, again] = [await time(refresh), await time(alone), await time(refresh)]
    const row = (what: string, ours: number): Row => ({
      ...{ what, ours: ms(ours), baseline: ms(baseline), compared: ratio(ours, baseline) },
    })
    return [
      row('refresh of the three summaries, which are empty', first),
      row('again, concurrently (baseline: their queries alone)', again),
      await reads(db, adminUrl),
    ]
  } finally {
    await db.close()
    await drop()
  }
}

async function reads(db: Database, url: string): Promise<Row> {
  const person = { userId: 'user 7', role: 'user' } as const
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const bare = `select * from reports.mcp_usage_summary where user_id = 'user 7' order by server_id, operation`
  const [ours, baseline]: [number[], number[]] = [[], []]
  for (let i = 0; i < READS; i++) {
    ours.push(await time(() => db.withUser(person, (tx) => reports.readMcpUsage(tx))))
    baseline.push(await time(() => client.query(bare)))
  }
  await client.end()
  const [a, b] = [percentile(ours, 0.5), percentile(baseline, 0.5)]
  const what = "a person's own rows of one, p50"
  return { what, ours: ms(a), baseline: ms(b), compared: ratio(a, b) }
}

async function time(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now()
  await work()
  return performance.now() - from
}
