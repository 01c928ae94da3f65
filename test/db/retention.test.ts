import { sql } from 'drizzle-orm'
import pino from 'pino'
import { beforeAll, describe, expect, test } from 'vitest'
import { listAudit, queries } from '#db'
import { OPERATOR } from '#protocol'
import { keepHouse, monthsBefore } from '../../server/housekeeping.ts'
import { query, quiet, useDatabase } from '../support/postgres.ts'

const database = useDatabase()

const ann = { userId: 'ann', role: 'user' } as const
const GROWING = ['agent_mcp_interactions', 'llm_performance_metrics', 'mcp_operation_logs']
const now = Date.now()
/** The first day of the month so many months from now. */
const month = (ahead: number) => {
  const today = new Date(now)
  return Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + ahead, 1)
}
const DAY = 86_400_000

const months = async () =>
  query(
    database.adminUrl,
    `select inhparent::regclass::text as parent, count(*)::int from pg_inherits
      where inhparent::regclass::text = any ($1) and inhrelid::regclass::text ~ '_\\d{4}_\\d{2}$'
      group by 1 order by 1`,
    [GROWING],
  )

/** Calls of ann's at those moments. */
const log = (...moments: number[]) =>
  database.db.withSystem('test', async (tx) => {
    for (const at of moments)
      await tx.execute(sql`
        insert into mcp_operation_logs (at, user_id, server_id, operation, status, duration_ms)
        values (${at}, 'ann', 'memory', 'read', 'succeeded', 1)`)
  })
const placeOf = async (at: number) => {
  const [row] = await query(
    database.adminUrl,
    'select tableoid::regclass::text as place from mcp_operation_logs where at = $1',
    [at],
  )
  return row?.place
}
const nameOf = (at: number) =>
  `mcp_operation_logs_${new Date(at).toISOString().slice(0, 7).replace('-', '_')}`

describe('months', () => {
  test('are there for a year ahead, and made as time goes on', async () => {
    expect(await months()).toEqual(GROWING.map((parent) => ({ parent, count: 13 })))
    expect(await queries.makePartitions(database.db, now)).toBe(0)
    // half a year later, in the last moment of a month
    expect(await queries.makePartitions(database.db, month(7) - 1)).toBe(6 * GROWING.length)
    expect(await months()).toEqual(GROWING.map((parent) => ({ parent, count: 19 })))
  })

  test('hold the rows of theirs from the first millisecond to the last', async () => {
    for (const ahead of [0, 1, 12]) {
      await log(month(ahead), month(ahead + 1) - 1)
      expect(await placeOf(month(ahead))).toBe(nameOf(month(ahead)))
      expect(await placeOf(month(ahead + 1) - 1)).toBe(nameOf(month(ahead)))
    }
  })

  test('a row of no month is kept all the same, and keeps its month from being made', async () => {
    await log(month(30) + 5)
    expect(await placeOf(month(30) + 5)).toBe('mcp_operation_logs_rest')
    expect(await queries.makePartitions(database.db, month(18))).toBe(12 * GROWING.length - 1)
    expect(await placeOf(month(30) + 5)).toBe('mcp_operation_logs_rest')
    const rows = await database.db.withUser(ann, (tx) =>
      tx.execute(sql`select at from mcp_operation_logs where at = ${month(30) + 5}`),
    )
    expect(rows).toHaveLength(1)
  })

  test('are made once by nodes that make them at once', async () => {
    const made = await Promise.all(
      [0, 1, 2, 3].map(() => queries.makePartitions(database.db, month(60))),
    )
    expect(made.reduce((sum, count) => sum + count)).toBe(13 * GROWING.length)
  })

  test('are out of reach past the tables that they are of', async () => {
    for (const table of [nameOf(now), 'mcp_operation_logs_rest']) {
      const read = database.db.withUser(ann, (tx) => tx.execute(sql.raw(`select from ${table}`)))
      await expect(read).rejects.toMatchObject({ code: '42501' })
    }
    for (const call of ['make_partitions(1, 1)', 'drop_partitions(1)']) {
      const attempt = database.db.withUser(ann, (tx) => tx.execute(sql.raw(`select ${call}`)))
      await expect(attempt).rejects.toMatchObject({ code: '42501' })
    }
  })

  test('go as a whole once they have ended, and their rows are counted', async () => {
    const at = (text: string) => Date.parse(`${text}Z`)
    await log(at('2019-12-31T23:59:59.999'))
    await database.db.withSystem('test', (tx) =>
      tx.execute(sql`select make_partitions(${at('2020-01-15T00:00')}, 2)`),
    )
    await log(at('2020-01-01T00:00'), at('2020-01-31T12:00'), at('2020-02-29T23:59'))
    await log(at('2020-03-01T00:00'))
    const dropped = await queries.dropPartitions(database.db, at('2020-03-31T23:59'))
    // January, February, and what was before the first month; March has not ended
    expect(dropped).toEqual({
      mcp_operation_logs: 4,
      agent_mcp_interactions: 0,
      llm_performance_metrics: 0,
    })
    expect(await placeOf(at('2020-03-01T00:00'))).toBe('mcp_operation_logs_2020_03')
    expect(await queries.dropPartitions(database.db, at('2020-04-01T00:00'))).toMatchObject({
      mcp_operation_logs: 1,
    })
    const left = await query(
      database.adminUrl,
      String.raw`select relname from pg_class where relname ~ '_(2019|2020)_\d\d'`,
    )
    expect(left).toEqual([])
  })
})

describe('housekeeping', () => {
  const old = monthsBefore(now, 13) - DAY

  beforeAll(() =>
    database.db.withSystem('test', async (tx) => {
      await tx.execute(sql`
        insert into agents (user_id, id, name, created_at, updated_at) values ('ann', 'a', 'A', 1, 1)`)
      await tx.execute(sql`
        insert into agent_workflows
          (user_id, id, agent_id, workflow_name, workflow_type, created_at, updated_at)
        values ('ann', 'w', 'a', 'Minutes', 'summarization', 1, 1)`)
      const execution = (id: string, status: string, started: number, finished: number | null) =>
        tx.execute(sql`
          insert into workflow_executions
            (user_id, id, workflow_id, agent_id, status, started_at, finished_at)
          values ('ann', ${id}, 'w', 'a', ${status}, ${started}, ${finished})`)
      await execution('old', 'succeeded', old - DAY, old)
      await execution('waiting', 'waiting', old - DAY, null)
      await execution('long', 'succeeded', old - DAY, now)
      // more than one batch
      await tx.execute(sql`
        insert into workflow_executions
          (user_id, id, workflow_id, agent_id, status, started_at, finished_at)
        select 'ann', 'many' || i, 'w', 'a', 'failed', ${old}, ${old} from generate_series(1, 2500) i`)
      await tx.execute(sql`
        insert into idempotency_keys (user_id, method, path, key, fingerprint, created_at)
        values ('ann', 'POST', '/x', 'old', 'f', ${now - DAY - 1}),
               ('ann', 'POST', '/x', 'new', 'f', ${now - DAY + 60_000})`)
      await tx.execute(sql`
        insert into mcp_operation_logs (at, user_id, server_id, operation, status, duration_ms)
        values (${old - 40 * DAY}, 'bob', 'memory', 'read', 'succeeded', 1)`)
      await tx.execute(sql`insert into llm_providers values ('openai', 'OpenAI')`)
      await tx.execute(sql`
        insert into llm_models
          (provider_id, model_name, display_name, status, retires_on, context_window, max_input_tokens,
           capabilities, api_mode, input_usd_per_mtok, output_usd_per_mtok, source, as_of)
        values ('openai', 'old', 'Old', 'deprecated', '2020-01-01', 1, 1, '{}', 'chat', 1, 1, 's', '2019-01-01')`)
    }),
  )

  const SWEPT = { rooms: 1, events: 5, tombstones: 4, cases: 3, recordings: 2 }

  test('does each of its works, logs its counts, and keeps what is not old', async () => {
    const lines: Record<string, unknown>[] = []
    const output = { write: (line: string) => lines.push(JSON.parse(line)) }
    const jobs = database.db.createJobs({ log: quiet })
    const names: string[] = []
    keepHouse({
      jobs: {
        every(name, cron, handler) {
          names.push(name)
          jobs.every(name, cron, handler)
        },
      },
      ...{ db: database.db, privacy: { sweep: async () => 3, resume: async () => 2 } },
      rooms: { privacy: { sweep: async () => SWEPT } },
      ...{ log: pino({ base: null }, output), clock: () => now },
    })
    for (const name of names) await jobs.run(name)

    const counts = Object.fromEntries(
      lines.map(({ job, ms, level, time, msg, ...rest }) => [job, rest]),
    )
    expect(Object.keys(counts)).toEqual(names)
    expect(counts).toMatchObject({
      partitions: { made: 0 },
      models: { retired: 1 },
      'old-partitions': { mcp_operation_logs: 1 },
      'old-history': { workflow_executions: 2501, team_conversations: 0, prefect_flow_runs: 0 },
      'room-retention': SWEPT,
      checkpoints: { threads: 0, checkpoints: 0 },
      exports: { dropped: 3 },
      'privacy-requests': { resumed: 2 },
      'idempotency-keys': { dropped: 1 },
      reports: { agent_performance_summary: 1 },
    })
    const left = await query(
      database.adminUrl,
      `select id from workflow_executions union all select key from idempotency_keys order by 1`,
    )
    expect(left.map((row) => row.id)).toEqual(['long', 'new', 'waiting'])
    const [applied] = await database.db.withSystem('test', (tx) =>
      listAudit(tx, database.db.vault, { owner: OPERATOR, limit: 1 }),
    )
    expect(applied).toMatchObject({ action: 'catalogue.applied', details: { retired: 1 } })
  })

  test.each([
    ['2026-03-31T10:00:00.000Z', 1, '2026-02-28T10:00:00.000Z'],
    ['2026-01-15T00:00:00.000Z', 13, '2024-12-15T00:00:00.000Z'],
    ['2024-02-29T23:59:59.999Z', 12, '2023-02-28T23:59:59.999Z'],
  ])('%s, %i months before: %s', (from, count, to) => {
    expect(new Date(monthsBefore(Date.parse(from), count)).toISOString()).toBe(to)
  })
})
