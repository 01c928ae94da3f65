import pg from 'pg'
import { beforeAll, describe, expect, test } from 'vitest'
import { query, useDatabase } from '../support/postgres.ts'
import { insert, surprises } from './access/matrix.ts'
import { mutants } from './access/mutants.ts'
import { declarations } from './access/tables.ts'

const database = useDatabase()

beforeAll(async () => {
  const rows = declarations.flatMap(({ name, seed }) => seed.map((row) => insert(name, row)))
  const reports = declarations.filter(({ name }) => name.startsWith('reports.'))
  const refreshes = reports.map(({ name }) => `refresh materialized view ${name}`)
  await query(database.adminUrl, [...rows, ...refreshes].join(';'))
})

/** In a transaction of a connection that has not been used before; undone at its end. */
async function inFreshTransaction<T>(fn: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: database.adminUrl })
  await client.connect()
  try {
    await client.query('begin')
    return await fn(client)
  } finally {
    await client.end()
  }
}

test('every table, and every materialised view, says who may do what with it', async () => {
  const found = await query(
    database.adminUrl,
    `select case nspname when 'public' then '' else nspname || '.' end || relname as name
       from pg_class join pg_namespace n on n.oid = relnamespace
      where nspname in ('public', 'reports') and relkind in ('r', 'p', 'm', 'v', 'f')
        and not (relispartition and relname ~ '_\\d{4}_\\d{2}$')`,
  )
  const names = declarations.map(({ name }) => name)
  expect(names.toSorted()).toEqual(found.map(({ name }) => name).sort())
})

describe('who may do what', () => {
  test.each(declarations)('$name', async (table) => {
    expect(await inFreshTransaction((client) => surprises(client, table))).toEqual([])
  })
})

test('whatever protection is taken away, somebody gets what is not theirs, or loses what is', async () => {
  const byName = new Map(declarations.map((table) => [table.name, table]))
  const unnoticed = await inFreshTransaction(async (client) => {
    const found: string[] = []
    const all = await mutants(client, [...byName.keys()])
    expect(all.length).toBeGreaterThan(150)
    for (const { table, what, sql } of all) {
      const declared = byName.get(table)
      await client.query(`savepoint mutation; ${sql}`)
      const noticed = declared ? await surprises(client, declared, true) : []
      await client.query('reset role; rollback to mutation; release mutation')
      if (noticed.length === 0) found.push(`${table}: ${what}`)
    }
    return found
  })
  expect(unnoticed).toEqual([])
}, 120_000)
