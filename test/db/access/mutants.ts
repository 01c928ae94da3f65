import type pg from 'pg'

/** A statement that takes some protection away. */
export interface Mutant {
  /** The table whose part of the matrix has to notice. */
  table: string
  what: string
  sql: string
}

/**
 * Mutants that no person can tell from the original, each with the reason why. Who adds one here says that nobody
 * needs the policy.
 */
const alike: Record<string, string> = {
  'rooms: app_update checks nothing':
    'no column that the check asks about may be updated by hub_app',
  'room_events: unguarded': 'requests are granted nothing of it, so that no policy is asked',
  'data_keys: unguarded': 'requests are granted nothing of it, so that no policy is asked',
}

/**
 * Each policy dropped, each made to let everything through (what it shows, what it lets be written), each table
 * without row level security, and each granted to requests whole.
 */
export async function mutants(client: pg.Client, tables: string[]): Promise<Mutant[]> {
  const { rows: policies } = await client.query<{
    name: string
    policy: string
    using: string | null
    check: string | null
  }>(`
    select case schemaname when 'public' then '' else schemaname || '.' end || tablename as name,
           policyname as policy, qual as using, with_check as check
      from pg_policies where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2`)
  const ofPolicies = policies.flatMap(({ name, policy, using, check }) => {
    const change = (what: string, sql: string) => ({ table: name, what: `${policy} ${what}`, sql })
    const alter = `alter policy ${policy} on ${name}`
    return [
      change('dropped', `drop policy ${policy} on ${name}`),
      ...(weakens(using) ? [change('shows everything', `${alter} using (true)`)] : []),
      ...(weakens(check) ? [change('checks nothing', `${alter} with check (true)`)] : []),
    ]
  })
  const ofTables = tables.flatMap((table) => [
    { table, what: 'granted whole', sql: `grant all on ${table} to hub_app` },
    ...(table.startsWith('reports.') || table.endsWith('_rest')
      ? []
      : [{ table, what: 'unguarded', sql: `alter table ${table} disable row level security` }]),
  ])
  return [...ofPolicies, ...ofTables].filter(({ table, what }) => !(`${table}: ${what}` in alike))
}

function weakens(expression: string | null): boolean {
  return expression !== null && expression !== 'true'
}
