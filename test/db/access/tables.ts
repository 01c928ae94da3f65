import {
  another,
  catalogue,
  type Declaration,
  history,
  isHub,
  log,
  type May,
  own,
  type Row,
  report,
} from './declare.ts'
import { users } from './people.ts'
import { roomTables } from './rooms.ts'
import { sealed } from './sealed.ts'

/** In a month that has its partition, and in none. */
const NOW = Date.now()
const LONG_AGO = 1
const YEAR_2000 = 946_684_800_000

const made = { created_at: 1, updated_at: 1 }
const server_id = 'mcp_one'
const model_id = 'model_one'
const agentOf = (user_id: string) => ({ user_id, agent_id: `agent_of_${user_id}` })

/** Each user has one of a month and one of before all months. */
const times = [LONG_AGO, NOW]
const at = (n: number) => times[n % times.length] ?? NOW

/** A partition is reached by its parent alone; what is older than all months goes when it is time. */
const rest = (parent: string): Declaration => ({
  name: `${parent}_rest`,
  label: ['user_id'],
  seed: [],
  app: {},
  system: {},
  set: 'at = 2',
  adds: () => [{ at: LONG_AGO, user_id: 'olga' }],
  calls: {
    drop_partitions: {
      sql: `select dropped from drop_partitions(${YEAR_2000}) where parent = '${parent}'`,
      expect: (person) => (isHub(person) ? [String(users.length)] : 'denied'),
    },
  },
})

const isOfUser: May = ({ user }, row) => user !== undefined && user === row.user_id

const figures = { status: 'succeeded', duration_ms: 1 }
const prices = { input_usd_per_mtok: 1, output_usd_per_mtok: 1, source: 's' }
const model = (id: string) => ({
  ...{ id, provider_id: 'one', model_name: id, display_name: id, status: 'active' },
  ...{ context_window: 1, max_input_tokens: 1, capabilities: '{}', api_mode: 'chat' },
  ...{ ...prices, as_of: '2026-01-01' },
})
const server = (id: string) => ({
  ...{ id, server_type: id, name: id, description: id, transport: 'stdio', operations: '{a}' },
  ...{ created_at: 1 },
})

const catalogues: Declaration[] = [
  catalogue({
    name: 'llm_providers',
    label: ['id'],
    seed: [{ id: 'one', name: 'One' }],
    more: [{ id: 'two', name: 'Two' }],
    set: "name = 'x'",
    hubDeletes: '23503',
  }),
  catalogue({
    name: 'llm_models',
    label: ['id'],
    seed: [model(model_id)],
    more: [model('model_two')],
    set: "note = 'x'",
  }),
  catalogue({
    name: 'llm_model_prices',
    label: ['model_id'],
    seed: [{ model_id, valid_from: '2026-01-01', ...prices }],
    more: [{ model_id, valid_from: '2026-02-01', ...prices }],
    set: "source = 'x'",
  }),
  catalogue({
    name: 'mcp_servers',
    label: ['id'],
    seed: [server(server_id)],
    more: [server('mcp_two')],
    set: "name = 'x'",
    hubDeletes: '23503',
  }),
]

const people: Declaration[] = [
  own({
    name: 'agents',
    users,
    row: (user, n) => ({
      id: n === 0 ? agentOf(user).agent_id : 'another',
      ...{ user_id: user, name: 'A', ...made },
    }),
    set: "name = 'x'",
  }),
  own({
    name: 'agent_workflows',
    users,
    row: (user, n) => ({
      id: n === 0 ? 'workflow' : 'another',
      ...{ ...agentOf(user), workflow_name: 'W', workflow_type: 'qa', ...made },
    }),
    set: "workflow_name = 'x'",
  }),
  own({
    name: 'agent_teams',
    users,
    row: (user_id, n) => ({
      id: n === 0 ? 'team' : 'another',
      ...{ user_id, team_name: 'T', collaboration_mode: 'sequential', ...made },
    }),
    set: "team_name = 'x'",
  }),
  own({
    name: 'team_members',
    users,
    row: (user, n) => ({
      ...{ ...agentOf(user), team_id: 'team', role: 'writer', position: n, created_at: 1 },
    }),
    set: "role = 'x'",
  }),
  own({
    name: 'user_mcp_connections',
    users,
    row: (user_id) => ({ user_id, server_id, created_at: 1 }),
    set: "status = 'failed'",
  }),
  own({
    name: 'user_llm_preferences',
    users,
    row: (user_id, n) => ({ user_id, task_type: `t${n}`, model_id, ...made }),
    set: "settings = '{}'",
  }),
  own({
    name: 'prefect_flows',
    users,
    row: (user_id, n) => ({
      id: n === 0 ? 'flow' : 'another',
      ...{ user_id, name: 'F', flow_type: 'meeting_analysis', ...made },
    }),
    set: "name = 'x'",
  }),
  history({
    name: 'workflow_executions',
    users,
    row: (user) => ({
      ...{ ...agentOf(user), workflow_id: 'workflow', status: 'succeeded', started_at: 1 },
    }),
    set: "status = 'failed'",
  }),
  history({
    name: 'team_conversations',
    users,
    row: (user_id) => ({
      ...{ user_id, team_id: 'team', pattern: 'task', task_description: 'd' },
      ...{ status: 'running', started_at: 1 },
    }),
    set: "status = 'failed'",
  }),
  history({
    name: 'prefect_flow_runs',
    users,
    row: (user_id) => ({ user_id, flow_id: 'flow', state: 'RUNNING', started_at: 1 }),
    set: "state = 'FAILED'",
  }),
  log({
    name: 'mcp_operation_logs',
    users,
    rows: 2,
    row: (user_id, n) => ({ user_id, at: at(n), server_id, operation: 'o', ...figures }),
    set: "operation = 'x'",
  }),
  log({
    name: 'llm_performance_metrics',
    users,
    rows: 2,
    row: (user_id, n) => ({
      ...{ user_id, at: at(n), model_id, task_type: 'chat', succeeded: true, latency_ms: 1 },
    }),
    set: "task_type = 'x'",
  }),
  log({
    name: 'agent_mcp_interactions',
    users,
    rows: 2,
    row: (user, n) => ({ ...agentOf(user), at: at(n), server_id, operation: 'o', ...figures }),
    set: "operation = 'x'",
  }),
  ...['mcp_operation_logs', 'llm_performance_metrics', 'agent_mcp_interactions'].map(rest),
  {
    name: 'idempotency_keys',
    label: ['user_id'],
    seed: users.map((user_id) => kept(user_id, 'k')),
    // also of a token for some rooms: what it does is answered twice, too
    app: { sees: isOfUser, adds: isOfUser, changes: isOfUser, drops: isOfUser },
    set: 'status = 200',
    adds: ({ user = 'olga' }) => [kept(user, 'k2'), kept(another(user), 'k2')],
    givesAway: ({ user }) => `user_id = '${another(user)}', key = 'k3'`,
  },
  {
    name: 'privacy_requests',
    label: ['user_id'],
    seed: users.map((user_id) => ({ user_id, kind: 'export', created_at: 1 })),
    app: {
      // a guest's id is theirs in one room alone; a person's is not for a token that is cut down
      sees: (person, row) =>
        isOfUser(person, row) && (person.owns === true || person.user?.startsWith('lk:') === true),
    },
    set: 'progress = 1',
    adds: ({ user = 'olga' }) => [{ user_id: user, kind: 'export', created_at: 1 }],
  },
]

function kept(user_id: string, key: string): Row {
  return { user_id, method: 'POST', path: '/', key, fingerprint: 'f', created_at: 1 }
}

const ofUsers = users.map((user_id) => ({ user_id }))
const reports = ['agent_performance_summary', 'mcp_usage_summary', 'llm_comparison_view'].map(
  (name) => report(name, ofUsers),
)

/** All tables and materialised views, in the order in which they can be filled. */
export const declarations: Declaration[] = [
  ...roomTables,
  ...catalogues,
  ...people,
  ...sealed,
  ...reports,
]
