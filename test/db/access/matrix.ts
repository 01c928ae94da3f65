import pg from 'pg'
import {
  type Declaration,
  everything,
  isHub,
  type May,
  type Outcome,
  type Row,
  type Rules,
} from './declare.ts'
import { everybody, type Person, tellingFirst } from './people.ts'

interface Attempt {
  what: string
  sql: string
  expected: Outcome
}

/** What somebody got that is not what is declared. */
export interface Surprise {
  who: string
  what: string
  expected: Outcome
  found: Outcome
}

/** Everything that a person tries with a table, and what is to come of it. */
function* attempts(table: Declaration, person: Person): Generator<Attempt> {
  const rules: Rules = isHub(person) ? (table.system ?? everything) : table.app
  const allowed = (may: May | undefined) =>
    may === undefined ? undefined : table.seed.filter((row) => may(person, row))
  const counted = (may: May | undefined): Outcome => allowed(may)?.length ?? 'denied'

  if (table.seed.length > 0 || rules.sees === undefined) {
    const seen = allowed(rules.sees)?.map((row) => labelOf(table, row))
    const label = `concat_ws(' ', ${table.label.join()})`
    yield {
      what: 'select',
      sql: `select ${label} from ${table.name}`,
      expected: seen?.sort() ?? 'denied',
    }
  }
  for (const [index, row] of (table.adds?.(person) ?? []).entries()) {
    const expected = rules.adds === undefined ? 'denied' : rules.adds(person, row) ? 1 : 'refused'
    yield { what: `insert ${index}`, sql: insert(table.name, row), expected }
  }
  if (table.set !== undefined) {
    // without a where, which would ask the policies of reading as well
    const expected = counted(rules.changes)
    yield { what: 'update', sql: `update ${table.name} set ${table.set}`, expected }
    if (table.givesAway && !isHub(person)) {
      const set = table.givesAway(person)
      const outcome = expected === 0 || expected === 'denied' ? expected : 'refused'
      yield { what: 'give away', sql: `update ${table.name} set ${set}`, expected: outcome }
    }
    const all = isHub(person) ? table.hubDeletes : undefined
    yield {
      what: 'delete',
      sql: `delete from ${table.name}`,
      expected: all ?? counted(rules.drops),
    }
    // asks no policy
    yield { what: 'truncate', sql: `truncate ${table.name}`, expected: 'denied' }
  }
  for (const [what, { sql, expect }] of Object.entries(table.calls ?? {})) {
    yield { what, sql, expected: expect(person) }
  }
}

function labelOf({ label }: Declaration, row: Row): string {
  return label.map((column) => row[column]).join(' ')
}

export function insert(table: string, row: Row): string {
  const columns = Object.keys(row).map((name) => pg.escapeIdentifier(name))
  const values = Object.values(row).map((value) =>
    value === null ? 'null' : pg.escapeLiteral(String(value)),
  )
  return `insert into ${table} (${columns}) values (${values})`
}

/**
 * Has everybody try everything with a table, in the transaction that `client` is in, and answers what was not as
 * declared. Nothing of it stays. With `stopAtFirst` the first surprise is enough.
 */
export async function surprises(
  client: pg.Client,
  table: Declaration,
  stopAtFirst = false,
): Promise<Surprise[]> {
  const found: Surprise[] = []
  for (const [who, person] of stopAtFirst ? tellingFirst : everybody) {
    await become(client, person)
    for (const { what, sql, expected } of attempts(table, person)) {
      const outcome = await outcomeOf(client, sql)
      if (same(outcome, expected)) continue
      found.push({ who, what, expected, found: outcome })
      if (stopAtFirst) return found
    }
  }
  return found
}

/** As a scope of the hub does it. */
async function become(client: pg.Client, { role, claims }: Person) {
  const settings = [
    ['role', role ?? 'hub_app'],
    ...(claims === undefined ? [] : [['request.jwt.claims', claims]]),
  ]
  const calls = settings.map(
    ([name, value = '']) => `set_config('${name}', ${pg.escapeLiteral(value)}, true)`,
  )
  await client.query(`select ${calls}`)
}

async function outcomeOf(client: pg.Client, sql: string): Promise<Outcome> {
  try {
    const results = await client.query(
      `savepoint attempt; ${sql}; rollback to attempt; release attempt`,
    )
    // pg answers several statements by several results
    const { command, rows, rowCount } = (results as unknown as pg.QueryResult[])[1] ?? unanswered()
    if (command !== 'SELECT') return rowCount ?? 0
    return rows.map((row) => String(Object.values(row)[0])).sort()
  } catch (error) {
    await client.query('rollback to attempt; release attempt')
    if (!(error instanceof pg.DatabaseError) || error.code === undefined) throw error
    if (error.code !== '42501') return error.code
    return error.message.startsWith('permission denied') ? 'denied' : 'refused'
  }
}

function unanswered(): never {
  throw new Error('Postgres did not answer each statement')
}

function same(one: Outcome, other: Outcome): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
