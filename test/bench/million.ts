import { query } from '../support/database-server.ts'

export const MILLION = 1_000_000
/** Each has a thousand of the rows; `user 7` is one of them. */
const OWNERS = 1_000
export const ROOM = '00000000-0000-4000-8000-000000000001'

/** A million runs of workflows. `url` is the superuser's. */
export const fillExecutions = (url: string) =>
  fill(
    url,
    'workflow_executions',
    `insert into agents (id, user_id, name, created_at, updated_at)
       select 'agent ' || n, 'user ' || n, 'A', 1, 1 from generate_series(0, ${OWNERS - 1}) n;
     insert into agent_workflows
         (id, user_id, agent_id, workflow_name, workflow_type, created_at, updated_at)
       select 'flow ' || n, 'user ' || n, 'agent ' || n, 'W', 'qa', 1, 1
         from generate_series(0, ${OWNERS - 1}) n;
     insert into workflow_executions
         (id, user_id, workflow_id, agent_id, status, cost_usd, started_at, finished_at)
       select 'exec ' || n, 'user ' || n % ${OWNERS}, 'flow ' || n % ${OWNERS},
              'agent ' || n % ${OWNERS}, 'succeeded', 0.001, n, n + 100
         from generate_series(1, ${MILLION}) n`,
  )

/** A million calls of MCP tools, in this month. */
export const fillCalls = (url: string) =>
  fill(
    url,
    'mcp_operation_logs',
    `insert into mcp_operation_logs
         (at, user_id, server_id, operation, status, duration_ms, request_bytes, response_bytes)
       select extract(epoch from now()) * 1000 - n, 'user ' || n % ${OWNERS}, 'server ' || n % 4,
              'operation ' || n % 5, 'succeeded', n % 100, 100, 1000
         from generate_series(1, ${MILLION}) n`,
  )

/** A million calls of models, in this month. */
export const fillMetrics = (url: string) =>
  fill(
    url,
    'llm_performance_metrics',
    `insert into llm_performance_metrics
         (at, user_id, model_id, task_type, succeeded, latency_ms, input_tokens, output_tokens)
       select extract(epoch from now()) * 1000 - n, 'user ' || n % ${OWNERS}, 'model ' || n % 3,
              'chat', n % 50 <> 0, n % 900, 1000, 200
         from generate_series(1, ${MILLION}) n`,
  )

/** A room of `user 7` with a million events. */
export const fillEvents = (url: string) =>
  fill(
    url,
    'room_events',
    `insert into rooms (id, name, owner_id, created_at, opened_at, seq)
       values ('${ROOM}', 'bench', 'user 7', 1, 1, ${MILLION});
     insert into room_events (room_id, seq, id, at, type, actor_id, actor_name, actor_kind, data)
       select '${ROOM}', n, 'e' || n, n, 'transcript.final', 'user ' || n % 20, 'U', 'person',
              jsonb_build_object('segment', n::text, 'text', 'We ship it on Tuesday, as we said.')
         from generate_series(1, ${MILLION}) n`,
  )

/** Without asking for foreign keys, which would take most of the time. */
async function fill(url: string, table: string, rows: string): Promise<void> {
  await query(url, `set session_replication_role = replica; ${rows}`)
  await query(url, `vacuum (analyze) ${table}`)
}
