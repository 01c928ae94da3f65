import { type Name, type SQL, sql } from 'drizzle-orm'
import type { Scopes } from '../scopes.ts'
import type { PersonalPlace } from './types.ts'

/** A table whose rows each belong to one person: their `user_id`. */
export interface OwnTable {
  table: string
  /** Columns, with their types, in which pages are read: unique together, the time first. */
  order: readonly (readonly [column: string, type: string])[]
  /** Columns that no export has: secrets, and what only the hub has a use for. */
  hide?: readonly string[]
}

/** Rows of a page, and of a transaction that deletes: short enough to let others come between. */
const PAGE = 1_000
const BATCH = 5_000
/** Longest time of one page or batch, ms: a cold disk, never a person who waits. */
export const PRIVACY_TIMEOUT = 60_000

/**
 * A table of rows that are the person's own. It is read as the person, so that row level security, not this code,
 * keeps what is of others out of an export.
 */
export function ownRows(db: Scopes, own: OwnTable): PersonalPlace {
  const { table } = own
  const name = sql.identifier(table)
  return {
    name: table,
    tables: [table],
    export: (userId) =>
      pages((after) =>
        db.withUser({ userId, role: 'user' }, (tx) => tx.execute<Page>(page(own, userId, after)), {
          timeoutMs: PRIVACY_TIMEOUT,
        }),
      ),
    async erase(userId) {
      // an id of a row may be another row's in another partition: whose it is decides
      const batch = sql`delete from ${name} where user_id = ${userId} and ctid = any (array(
        select ctid from ${name} where user_id = ${userId} limit ${BATCH}))`
      let erased = 0
      for (;;) {
        const { count } = await db.withSystem('erase a person', (tx) => tx.execute(batch), {
          timeoutMs: PRIVACY_TIMEOUT,
        })
        erased += count
        if (count === 0) return { erased }
      }
    },
  }
}

interface Page extends Record<string, unknown> {
  row: Record<string, unknown>
  /** Where the next page begins. */
  place: string[]
}

/** All rows, page by page: `read` gets the last row's place. */
async function* pages(
  read: (after: string[] | undefined) => Promise<Iterable<Page>>,
): AsyncIterable<Record<string, unknown>> {
  let after: string[] | undefined
  for (;;) {
    let last: string[] | undefined
    for (const { row, place } of await read(after)) {
      yield row
      last = place
    }
    if (last === undefined) return
    after = last
  }
}

function page(
  { table, order, hide = [] }: OwnTable,
  userId: string,
  after: string[] | undefined,
): SQL {
  const columns = list(order.map(([column]) => sql.identifier(column)))
  const place = list(order.map(([column]) => sql`${sql.identifier(column)}::text`))
  const beyond =
    after &&
    sql`and (${columns}) > (${list(
      order.map(([, type], index) => sql`${after[index]}::${sql.raw(type)}`),
    )})`
  // within: what sorts rows to find the first of them would make JSON of all
  return sql`select to_jsonb(own) - ${`{${hide.join()}}`}::text[] as row, jsonb_build_array(${place}) as place
    from (select * from ${sql.identifier(table)} where user_id = ${userId} ${beyond}
      order by ${columns} limit ${PAGE}) own
    order by ${columns}`
}

function list(parts: readonly (SQL | Name)[]): SQL {
  return sql.join([...parts], sql`, `)
}
