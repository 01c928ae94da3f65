import { sql } from 'drizzle-orm'
import { expect, onTestFinished, test } from 'vitest'
import { isUnavailable, type Tx, tables } from '#db'
import { parseUrl } from '../../db/connection/address.ts'
import { createPool } from '../../db/connection/pool.ts'
import { createScopes } from '../../db/scopes.ts'
import { query, quiet, useDatabase } from '../support/postgres.ts'

const database = useDatabase()

/** The hub's own pool and scopes, with no more than one connection: whatever a scope leaves, the next one meets. */
function single() {
  const { address } = parseUrl(`${database.url}?sslmode=disable`)
  const pool = createPool({ address, max: 1, connectTimeoutMs: 10_000, acquireTimeoutMs: 60_000 })
  onTestFinished(pool.close)
  return { pool, ...createScopes(pool, quiet) }
}

const pid = async (tx: Tx) =>
  (await tx.execute<{ pid: number }>(sql`select pg_backend_pid() as pid`))[0]?.pid

const code = (expected: string) => (error: unknown) =>
  error instanceof Error && 'code' in error && error.code === expected

test('one connection for everybody, with aborts, timeouts and cuts between: no identity is left', async () => {
  const { pool, withUser, withSystem } = single()
  await withSystem('seed', (tx) =>
    tx.insert(tables.agents).values(
      Array.from({ length: 10 }, (_, user) => ({
        ...{ userId: `u${user}`, name: 'A', createdAt: 1, updatedAt: 1 },
      })),
    ),
  )

  /** Ways in which a unit of work ends, and how its caller is told. */
  const ends: [string, (tx: Tx) => Promise<unknown>, ((error: unknown) => boolean) | null][] = [
    ['well', (tx) => tx.select().from(tables.agents), null],
    [
      'by its function',
      () => Promise.reject(new Error('mine')),
      (error) => String(error) === 'Error: mine',
    ],
    ['by a statement', (tx) => tx.execute(sql`select 1 / 0`), code('22012')],
    [
      'by a statement whose failure is swallowed',
      (tx) => tx.execute(sql`select 1 / 0`).catch(() => {}),
      (error) => String(error).includes('unheeded'),
    ],
    [
      'by the statement timeout',
      (tx) => tx.execute(sql`select pg_sleep(60)`),
      // a slow server is cut before it has said so
      (error) => code('57014')(error) || isUnavailable(error),
    ],
    ['by a commit of its own', (tx) => tx.execute(sql`commit`), null],
    [
      'by an administrator',
      async (tx) =>
        query(database.adminUrl, 'select pg_terminate_backend($1)', [await pid(tx)]).then(() =>
          pid(tx),
        ),
      isUnavailable,
    ],
    ['by nothing, so that it is cut', () => new Promise(() => {}), isUnavailable],
  ]

  const forge = (tx: Tx) =>
    tx.insert(tables.agents).values({ userId: 'x', name: 'A', createdAt: 1, updatedAt: 1 })
  const nobody = async () => {
    const [left] = await pool.use(({ run }) =>
      run(`select current_user as who, current_setting('role') as role,
                  coalesce(current_setting('request.jwt.claims', true), '') as claims,
                  coalesce(current_setting('hub.reason', true), '') as reason,
                  current_setting('statement_timeout') as timeout,
                  current_setting('idle_in_transaction_session_timeout') as idle`),
    )
    return left
  }
  const seen: unknown[] = []
  const rounds = Array.from({ length: 2 }, () => ends).flat()
  const work = rounds.flatMap(([how, end, told], index) => {
    const userId = `u${index % 10}`
    const claims = { userId, role: index % 3 === 0 ? 'admin' : 'user' } as const
    const waits = how.includes('timeout') || how.includes('cut')
    const options = waits ? { timeoutMs: 200 } : {}
    const ended = (result: Promise<unknown>) =>
      told === null ? result : expect(result, how).rejects.toSatisfy(told)
    // each waits for the one connection until those before have had it
    return [
      ended(withUser(claims, end, options)),
      nobody().then((left) => seen.push({ after: how, ...left })),
      ended(withSystem('leak test', end, options)),
      nobody().then((left) => seen.push({ after: how, ...left })),
      expect(withUser({ userId, role: 'user' }, forge), how).rejects.toSatisfy(code('42501')),
      withUser({ userId, role: 'user' }, (tx) => tx.select().from(tables.agents)).then((rows) =>
        expect(rows.map((row) => row.userId)).toEqual([userId]),
      ),
    ]
  })
  await Promise.all(work)

  expect(seen).toHaveLength(rounds.length * 2)
  for (const left of seen) {
    expect(left).toMatchObject({
      who: 'test_hub',
      role: 'none',
      claims: '',
      reason: '',
      timeout: '0',
      idle: '0',
    })
  }
}, 120_000)
