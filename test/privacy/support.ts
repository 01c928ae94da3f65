import { createHash, randomUUID } from 'node:crypto'
import { zipMember } from '../../rooms/weights/zip.ts'
import { query } from '../support/postgres.ts'

interface Manifest {
  format: string
  user: string
  files: { name: string; rows?: number; bytes: number; sha256: string }[]
}

/** An archive, with every file compared with what its manifest says of it. */
export async function readArchive(zip: Buffer) {
  const manifest: Manifest = JSON.parse(String(await zipMember(zip, 'manifest.json')))
  const inDirectory = zip.readUInt16LE(zip.length - 12)
  if (inDirectory !== manifest.files.length + 1)
    throw new Error('the archive and its manifest do not have the same files')
  const rows: Record<string, Record<string, unknown>[]> = {}
  const files: Record<string, Buffer> = {}
  for (const { name, rows: count, bytes, sha256 } of manifest.files) {
    const content = await zipMember(zip, name)
    if (content.length !== bytes || sha256Of(content) !== sha256)
      throw new Error(`${name} is not what the manifest says`)
    if (count === undefined) {
      files[name] = content
      continue
    }
    const found = parseLines(String(content))
    if (found.length !== count) throw new Error(`${name} has ${found.length} rows, not ${count}`)
    rows[name.replace(/\.ndjson$/, '')] = found
  }
  return { manifest, rows, files }
}

function parseLines(text: string): Record<string, unknown>[] {
  if (text !== '' && !text.endsWith('\n')) throw new Error('a row is cut off')
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
}

export function sha256Of(content: Buffer): string {
  return createHash('sha256').update(content).digest('hex')
}

/** What a person can have by SQL alone: one row of each kind, and some that others have. */
export async function furnish(adminUrl: string, userId: string, word = 'word'): Promise<void> {
  const id = randomUUID().slice(0, 8)
  const me = `'${userId}'`
  const at = Date.now()
  const inserts: string[] = []
  const own = (table: string, columns: string, values: string) =>
    inserts.push(`insert into ${table} (user_id, ${columns}) values (${me}, ${values});`)
  await query(
    adminUrl,
    `insert into llm_providers (id, name) values ('p', 'P') on conflict do nothing;
     insert into llm_models (id, provider_id, model_name, display_name, status, context_window, max_input_tokens,
       capabilities, api_mode, input_usd_per_mtok, output_usd_per_mtok, source, as_of)
     values ('m', 'p', 'm', 'M', 'active', 1, 1, '{}', 'chat', 1, 1, 'test', '2026-01-01') on conflict do nothing;
     insert into mcp_servers (id, server_type, name, description, transport, url, operations, created_at)
     values ('s', 's', 'S', 'S', 'http', 'https://s.example', '{ask}', 1) on conflict do nothing`,
  )
  const settings = `'${JSON.stringify({ note: word })}'`
  own(
    'user_mcp_connections',
    'id, server_id, credentials, credentials_hint, settings, created_at',
    `'c${id}', 's', 'v1.k.i.secret-of-${userId}.t', '7890', ${settings}, ${at}`,
  )
  own(
    'agents',
    'id, name, prompt, settings, created_at, updated_at',
    `'a${id}', 'A', '${word}', ${settings}, ${at}, ${at}`,
  )
  own(
    'agent_workflows',
    'id, agent_id, workflow_name, workflow_type, created_at, updated_at',
    `'w${id}', 'a${id}', 'W ${word}', 'qa', ${at}, ${at}`,
  )
  own(
    'agent_teams',
    'id, team_name, collaboration_mode, created_at, updated_at',
    `'t${id}', 'T ${word}', 'consensus', ${at}, ${at}`,
  )
  own(
    'team_members',
    'id, team_id, agent_id, role, goal, position, created_at',
    `'m${id}', 't${id}', 'a${id}', 'writer', '${word}', 1, ${at}`,
  )
  own(
    'team_conversations',
    'id, team_id, pattern, task_description, status, started_at',
    `'k${id}', 't${id}', 'task', '${word}', 'succeeded', ${at}`,
  )
  own(
    'workflow_executions',
    'id, workflow_id, agent_id, status, input_data, started_at',
    `'e${id}', 'w${id}', 'a${id}', 'succeeded', ${settings}, ${at}`,
  )
  own(
    'prefect_flows',
    'id, name, flow_type, parameters, created_at, updated_at',
    `'f${id}', 'F ${word}', 'meeting_analysis', ${settings}, ${at}, ${at}`,
  )
  own(
    'prefect_flow_runs',
    'id, flow_id, state, result, started_at',
    `'r${id}', 'f${id}', 'COMPLETED', ${settings}, ${at}`,
  )
  own(
    'user_llm_preferences',
    'id, task_type, model_id, settings, created_at, updated_at',
    `'p${id}', 'chat', 'm', ${settings}, ${at}, ${at}`,
  )
  own(
    'llm_performance_metrics',
    'at, model_id, task_type, succeeded, latency_ms',
    `${at}, 'm', 'chat', true, 5`,
  )
  own(
    'mcp_operation_logs',
    'at, server_id, operation, status, duration_ms',
    `${at}, 's', 'ask', 'succeeded', 5`,
  )
  own(
    'agent_mcp_interactions',
    'at, agent_id, execution_id, server_id, operation, status, duration_ms',
    `${at}, 'a${id}', 'e${id}', 's', 'ask', 'succeeded', 5`,
  )
  own(
    'idempotency_keys',
    'method, path, key, fingerprint, status, response, created_at',
    `'POST', '/api/v1/rooms', '${id}', 'f', 201, '{"name": "${word}"}', ${at}`,
  )
  await query(
    adminUrl,
    `${inserts.join('\n')}
     insert into idempotency_keys (user_id, method, path, key, fingerprint, status, response, created_at)
     values ('operator', 'POST', '/api/v1/livekit/arrival-rules', '${id}', 'f', 201, '{"owner": "${userId}"}', ${at});
     insert into arrival_rules (pattern, position, owner_id, created_at) values ('${id}-*', 1, ${me}, ${at})`,
  )
}

/** Where in the database a text still is, table by table: binary values are searched, too. */
export async function findEverywhere(
  adminUrl: string,
  texts: readonly string[],
): Promise<string[]> {
  const columns = await query(
    adminUrl,
    `select quote_ident(nspname) || '.' || quote_ident(relname) as place,
            array_to_json(array_agg(quote_ident(attname) || ' ' || atttypid::regtype)) as columns
       from pg_attribute join pg_class on pg_class.oid = attrelid
       join pg_namespace on pg_namespace.oid = relnamespace
      where relkind in ('r', 'm') and attnum > 0 and not attisdropped
        and nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_(temp|toast)'
      group by 1 order by 1`,
  )
  const searched = columns.map(({ place, columns: list }) => {
    const whole = (list as string[])
      .map((column) => {
        const [name = '', ...type] = column.split(' ')
        return type.join(' ') === 'bytea' ? `encode(${name}, 'escape')` : `${name}::text`
      })
      .join(', ')
    return `select '${place}' as place, lower(concat_ws(' ', ${whole})) as row from ${place}`
  })
  const rows = await query(
    adminUrl,
    `select place, text, left(row, 300) as row from (${searched.join(' union all ')}) rows
      cross join unnest(array[${texts.map((text) => `'${text.toLowerCase()}'`).join(', ')}]) text
      where position(text in row) > 0`,
  )
  return rows.map(({ place, text, row }) => `${place}: ${text} in ${row}`)
}
