import { sql } from 'drizzle-orm'
import { beforeAll, expect, test } from 'vitest'
import { reports, type Tx } from '#db'
import type { Principal } from '#protocol'
import { query, useDatabase } from '../support/postgres.ts'

const database = useDatabase()

const ann = { userId: 'ann', role: 'user' } as const
const bob = { userId: 'bob', role: 'user' } as const
const admin = { userId: 'root', role: 'admin' } as const
const at = Date.now()

beforeAll(async () => {
  const { db } = database
  await db.withSystem('test', async (tx) => {
    for (const user of ['ann', 'bob']) {
      await tx.execute(sql`
        insert into agents (user_id, id, name, created_at, updated_at)
        values (${user}, 'a', 'Scribe', ${at}, ${at})`)
      await tx.execute(sql`
        insert into agent_workflows
          (user_id, id, agent_id, workflow_name, workflow_type, created_at, updated_at)
        values (${user}, 'w', 'a', 'Minutes', 'summarization', ${at}, ${at})`)
    }
    await tx.execute(sql`
      insert into workflow_executions
        (user_id, id, workflow_id, agent_id, status, started_at, finished_at, input_tokens, cost_usd)
      values ('ann', 'e1', 'w', 'a', 'succeeded', ${at}, ${at + 100}, 10, 0.5),
             ('ann', 'e2', 'w', 'a', 'succeeded', ${at + 1}, ${at + 301}, 20, 0.25),
             ('ann', 'e3', 'w', 'a', 'failed', ${at + 2}, ${at + 202}, 0, 0),
             ('bob', 'e4', 'w', 'a', 'running', ${at}, null, 0, 0)`)
    await tx.execute(sql`
      insert into mcp_operation_logs
        (at, user_id, server_id, operation, status, duration_ms, request_bytes, response_bytes)
      values (${at}, 'ann', 'memory', 'read', 'succeeded', 10, 100, 3000000000),
             (${at + 5}, 'ann', 'memory', 'read', 'timed_out', 30, 100, 0),
             (${at}, 'bob', 'memory', 'read', 'succeeded', 10, 1, 1)`)
    await tx.execute(sql`
      insert into llm_providers (id, name) values ('test', 'Test') on conflict do nothing`)
    await tx.execute(sql`
      insert into llm_models (id, provider_id, model_name, display_name, status, context_window,
        max_input_tokens, capabilities, api_mode, input_usd_per_mtok, output_usd_per_mtok, source, as_of)
      values ('m', 'test', 'm', 'M', 'active', 1, 1, '{}', 'chat', 1, 1, 'test', '2026-01-01')`)
    await tx.execute(sql`
      insert into llm_performance_metrics
        (at, user_id, model_id, task_type, succeeded, latency_ms, first_token_ms, output_tokens)
      values (${at}, 'ann', 'm', 'qa', true, 100, 20, 5), (${at}, 'ann', 'm', 'qa', false, 9000, null, 0),
             (${at}, 'bob', 'm', 'qa', true, 50, 10, 1)`)
  })
})

const all = async (tx: Tx) => ({
  agents: await reports.readAgentPerformance(tx),
  mcp: await reports.readMcpUsage(tx),
  llm: await reports.readLlmComparison(tx),
})

test('refreshed by hub_system they are not empty, and each reads the own rows, an admin all', async () => {
  const { db } = database
  expect(await db.withUser(admin, all)).toEqual({ agents: [], mcp: [], llm: [] })
  expect(await reports.refreshReports(db)).toEqual({
    agent_performance_summary: 2,
    mcp_usage_summary: 2,
    llm_comparison_view: 2,
  })

  expect(await db.withUser(ann, all)).toEqual({
    agents: [
      {
        ...{ userId: 'ann', agentId: 'a', executions: 3, succeeded: 2, failed: 1 },
        ...{ meanMs: 200, p50Ms: 200, p95Ms: 290, lastAt: at + 2 },
        ...{ inputTokens: 30, outputTokens: 0, costUsd: 0.75 },
      },
    ],
    mcp: [
      {
        ...{
          userId: 'ann',
          serverId: 'memory',
          operation: 'read',
          calls: 2,
          succeeded: 1,
          failed: 1,
        },
        ...{ meanMs: 20, p50Ms: 20, p95Ms: 29, lastAt: at + 5 },
        ...{ requestBytes: 200, responseBytes: 3_000_000_000 },
      },
    ],
    llm: [
      {
        ...{ userId: 'ann', modelId: 'm', taskType: 'qa', calls: 2, succeeded: 1, failed: 1 },
        ...{ meanMs: 100, p50Ms: 100, p95Ms: 100, lastAt: at, firstTokenMs: 20 },
        ...{ inputTokens: 0, outputTokens: 5, costUsd: 0 },
      },
    ],
  })
  const bobs = await db.withUser(bob, all)
  expect(bobs.agents).toMatchObject([{ userId: 'bob', executions: 1, meanMs: null, p95Ms: null }])
  const everybodys = await db.withUser(admin, all)
  for (const rows of Object.values(everybodys))
    expect(rows.map((row) => row.userId)).toEqual(['ann', 'bob'])
})

const others: [string, Pick<Principal, 'userId' | 'role' | 'rooms'>][] = [
  ['a token cut down to rooms', { ...ann, rooms: { standup: ['watch'] } }],
  ['an admin whose token is cut down', { ...admin, rooms: {} }],
  ['nobody', { userId: '', role: 'user' }],
]
test.each(others)('%s reads none', async (_, who) => {
  await reports.refreshReports(database.db)
  expect(await database.db.withUser(who, all)).toEqual({ agents: [], mcp: [], llm: [] })
})

test.each(['agent_performance_summary', 'mcp_usage_summary', 'llm_comparison_view'])(
  'requests cannot read %s past its function, nor refresh it',
  async (view) => {
    for (const statement of [`select * from`, `refresh materialized view`]) {
      const attempt = database.db.withUser(admin, (tx) =>
        tx.execute(sql.raw(`${statement} reports.${view}`)),
      )
      await expect(attempt).rejects.toMatchObject({ code: '42501' })
    }
  },
)

test('who reads during a refresh sees what was there before, and does not wait', async () => {
  const { db } = database
  await reports.refreshReports(db)
  const before = await db.withUser(ann, reports.readMcpUsage)
  await db.withSystem('test', async (tx) => {
    await tx.execute(sql`
      insert into mcp_operation_logs (at, user_id, server_id, operation, status, duration_ms)
      values (${at}, 'ann', 'memory', 'write', 'succeeded', 1)`)
    await tx.execute(sql`refresh materialized view concurrently reports.mcp_usage_summary`)
    // within the refresh, whose lock is held until its transaction ends
    expect(await db.withUser(ann, reports.readMcpUsage)).toEqual(before)
  })
  expect(await db.withUser(ann, reports.readMcpUsage)).toHaveLength(before.length + 1)
})

test('a refresh waits for one that is under way', async () => {
  const { db } = database
  let second: Promise<unknown> | undefined
  await db.withSystem('test', async (tx) => {
    await tx.execute(sql`refresh materialized view concurrently reports.agent_performance_summary`)
    second = reports.refreshReports(db)
    await expect
      .poll(() =>
        query(
          database.adminUrl,
          `select count(*)::int from pg_locks
            where not granted and database = (select oid from pg_database where datname = current_database())`,
        ),
      )
      .toEqual([{ count: 1 }])
  })
  await expect(second).resolves.toMatchObject({ agent_performance_summary: 2 })
})

test('a view without sums, as a backup brings it back, is filled by the next refresh', async () => {
  const { db } = database
  await reports.refreshReports(db)
  const before = await db.withUser(ann, all)
  await db.withSystem('test', (tx) =>
    tx.execute(sql`refresh materialized view reports.mcp_usage_summary with no data`),
  )
  await reports.refreshReports(db)
  expect(await db.withUser(ann, all)).toEqual(before)
})
