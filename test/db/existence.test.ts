import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, test } from 'vitest'
import { query, useDatabase } from '../support/postgres.ts'

/** Keys are checked whatever the policies say. What they answer must not tell a stranger what others have. */
const database = useDatabase()

const ROOM = '00000000-0000-4000-8000-000000000001'
const NO_ROOM = '00000000-0000-4000-8000-000000000002'

beforeAll(() =>
  query(
    database.adminUrl,
    `insert into rooms (id, name, owner_id, created_at, opened_at) values ('${ROOM}', 'Secret', 'olga', 1, 1);
     insert into room_members (room_id, user_id, rights) values ('${ROOM}', 'mona', '{watch}');
     insert into room_agents (room_id, workflow, name) values ('${ROOM}', 'qa', 'Aura');
     insert into mcp_servers (id, server_type, name, description, transport, operations, created_at)
       values ('mcp', 'm', 'M', 'd', 'stdio', '{}', 1);
     insert into llm_providers values ('p', 'P');
     insert into llm_models (id, provider_id, model_name, display_name, status, context_window, max_input_tokens,
                             capabilities, api_mode, input_usd_per_mtok, output_usd_per_mtok, source, as_of)
       values ('model', 'p', 'm', 'M', 'active', 1, 1, '{}', 'chat', 1, 1, 's', '2026-01-01');
     insert into agents (id, user_id, name, created_at, updated_at)
       values ('hers', 'olga', 'A', 1, 1), ('his', 'sam', 'A', 1, 1);
     insert into agent_teams (id, user_id, team_name, collaboration_mode, created_at, updated_at)
       values ('hers', 'olga', 'T', 'sequential', 1, 1), ('his', 'sam', 'T', 'sequential', 1, 1);
     insert into agent_workflows (id, user_id, agent_id, workflow_name, workflow_type, created_at, updated_at)
       values ('hers', 'olga', 'hers', 'W', 'qa', 1, 1);
     insert into team_members (id, user_id, team_id, agent_id, role, position, created_at)
       values ('hers', 'olga', 'hers', 'hers', 'r', 1, 1);
     insert into user_mcp_connections (id, user_id, server_id, created_at) values ('hers', 'olga', 'mcp', 1);
     insert into user_llm_preferences (id, user_id, model_id, created_at, updated_at)
       values ('hers', 'olga', 'model', 1, 1);
     insert into prefect_flows (id, user_id, name, flow_type, created_at, updated_at)
       values ('hers', 'olga', 'F', 'meeting_analysis', 1, 1);
     insert into idempotency_keys (user_id, method, path, key, fingerprint, created_at)
       values ('olga', 'POST', '/', 'hers', 'f', 1);
     insert into data_keys (id, user_id, wrapped, created_at) values ('${ROOM}', 'olga', 'w', 1)`,
  ),
)

class Undo extends Error {}

/** What a stranger is told, word for word, with the guess itself left out. */
async function told(statement: string, guess: string): Promise<string> {
  const answer = database.db.withUser({ userId: 'sam', role: 'user' }, async (tx) => {
    throw new Undo(`${(await tx.execute(sql.raw(statement))).count} rows`)
  })
  const error: unknown = await answer.catch((caught) => caught)
  if (error instanceof Undo) return error.message
  if (!(error instanceof Error)) throw error
  const { code = '', detail = '', message } = error as Error & { code?: string; detail?: string }
  return [code, message, detail].join(' | ').replaceAll(guess, 'GUESS')
}

const made = 'created_at, updated_at) values'

/** A statement for a guess, and what is told of the right one and of a wrong one alike. */
const guesses: [string, (guess: string) => string, RegExp][] = [
  [
    'the id of an agent',
    (id) => `insert into agents (id, user_id, name, ${made} ('${id}', 'sam', 'A', 1, 1)`,
    /^1 rows$/,
  ],
  [
    'the id of an agent, by renaming',
    (id) => `update agents set id = '${id}' where id = 'his'`,
    /23503|^1 rows$/,
  ],
  [
    'the id of an agent, by a conflict',
    (id) =>
      `insert into agents (id, user_id, name, ${made} ('${id}', 'sam', 'A', 1, 1) on conflict do nothing`,
    /^1 rows$/,
  ],
  [
    'the id of a team',
    (id) =>
      `insert into agent_teams (id, user_id, team_name, collaboration_mode, ${made} ('${id}', 'sam', 'T', 'sequential', 1, 1)`,
    /^1 rows$/,
  ],
  [
    'the id of a workflow',
    (id) =>
      `insert into agent_workflows (id, user_id, agent_id, workflow_name, workflow_type, ${made} ('${id}', 'sam', 'his', 'W', 'qa', 1, 1)`,
    /^1 rows$/,
  ],
  [
    'the id of a member',
    (id) =>
      `insert into team_members (id, user_id, team_id, agent_id, role, position, created_at) values ('${id}', 'sam', 'his', 'his', 'r', 1, 1)`,
    /^1 rows$/,
  ],
  [
    'the id of a connection',
    (id) =>
      `insert into user_mcp_connections (id, user_id, server_id, created_at) values ('${id}', 'sam', 'mcp', 1)`,
    /^1 rows$/,
  ],
  [
    'the id of a preference',
    (id) =>
      `insert into user_llm_preferences (id, user_id, model_id, ${made} ('${id}', 'sam', 'model', 1, 1)`,
    /^1 rows$/,
  ],
  [
    'the id of a flow',
    (id) =>
      `insert into prefect_flows (id, user_id, name, flow_type, ${made} ('${id}', 'sam', 'F', 'meeting_analysis', 1, 1)`,
    /^1 rows$/,
  ],
  [
    'the key of an answer',
    (key) =>
      `insert into idempotency_keys (user_id, method, path, key, fingerprint, created_at) values ('sam', 'POST', '/', '${key}', 'f', 1)`,
    /^1 rows$/,
  ],
  [
    'the agent of a workflow',
    (id) =>
      `insert into agent_workflows (user_id, agent_id, workflow_name, workflow_type, ${made} ('sam', '${id}', 'W', 'qa', 1, 1)`,
    /^23503/,
  ],
  [
    'the agent of a member',
    (id) =>
      `insert into team_members (user_id, team_id, agent_id, role, position, created_at) values ('sam', 'his', '${id}', 'r', 1, 1)`,
    /^23503/,
  ],
  [
    'the team of a member',
    (id) =>
      `insert into team_members (user_id, team_id, agent_id, role, position, created_at) values ('sam', '${id}', 'his', 'r', 1, 1)`,
    /^23503/,
  ],
  [
    'the id of an agent, in the name of its owner',
    (id) => `insert into agents (id, user_id, name, ${made} ('${id}', 'olga', 'A', 1, 1)`,
    /^42501/,
  ],
  [
    'the key of an answer, in the name of its owner',
    (key) =>
      `insert into idempotency_keys (user_id, method, path, key, fingerprint, created_at) values ('olga', 'POST', '/', '${key}', 'f', 1)`,
    /^42501/,
  ],
]

/** The same of rooms, whose ids look otherwise. */
const rooms: [string, (room: string) => string, RegExp][] = [
  [
    'a room to be a member of',
    (room) => `insert into room_members values ('${room}', 'sam', '{watch}')`,
    /^42501/,
  ],
  [
    'a member of a room',
    (room) => `insert into room_members values ('${room}', 'mona', '{watch}')`,
    /^42501/,
  ],
  [
    'an agent of a room',
    (room) => `insert into room_agents (room_id, workflow, name) values ('${room}', 'qa', 'A')`,
    /^42501/,
  ],
  ['a log', (room) => `select * from room_log('${room}', 0, 10)`, /^0 rows$/],
  ['a room', (room) => `select * from rooms where id = '${room}'`, /^0 rows$/],
  [
    'the settings of a room',
    (room) => `update rooms set settings = '{}' where id = '${room}'`,
    /^0 rows$/,
  ],
]

describe('a stranger who guesses right is told what one who guesses wrong is told', () => {
  test.each(guesses)('%s', async (_, statement, expected) => {
    const right = await told(statement('hers'), 'hers')
    expect(right).toMatch(expected)
    expect(await told(statement('none'), 'none')).toBe(right)
  })

  test.each(rooms)('%s', async (_, statement, expected) => {
    const right = await told(statement(ROOM), ROOM)
    expect(right).toMatch(expected)
    expect(await told(statement(NO_ROOM), NO_ROOM)).toBe(right)
  })
})

test('every unique key that requests write begins with whose it is, but for what admins alone write', async () => {
  const keys = await query(
    database.adminUrl,
    `select indexrelid::regclass::text as name
       from pg_index join pg_class c on c.oid = indrelid join pg_namespace n on n.oid = relnamespace
      where indisunique and nspname = 'public' and not relispartition
        and (has_any_column_privilege('hub_app', indrelid, 'insert')
             or exists (select from unnest(indkey::int2[]) key
                         where has_column_privilege('hub_app', indrelid, key, 'update')))
        and (select attname from pg_attribute where attrelid = indrelid and attnum = indkey[0])
            not in ('user_id', 'room_id')
      order by 1`,
  )
  expect(keys.map(({ name }) => name)).toEqual([
    'arrival_rules_pattern_unique',
    'arrival_rules_pkey',
  ])
})

test('what requests write refers to their own, to their rooms, or to what everybody may read', async () => {
  const references = await query(
    database.adminUrl,
    `select distinct confrelid::regclass::text as name from pg_constraint
      where contype = 'f' and has_any_column_privilege('hub_app', conrelid, 'insert')
        and not exists (
          select from pg_attribute where attrelid = confrelid and attnum = any (confkey) and attname = 'user_id')
      order by 1`,
  )
  expect(references.map(({ name }) => name)).toEqual(['llm_models', 'mcp_servers', 'rooms'])
})
