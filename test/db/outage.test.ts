import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { type Database, isUnavailable, type Tx } from '#db'
import { query, startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { openAt } from '../support/postgres.ts'

let server: TestServer
let db: Database

beforeAll(async () => {
  server = await startDebianPostgres()
  db = await openAt(server.url)
})

afterAll(async () => {
  await db.close()
  await server.stop()
})

const one = (tx: Tx) =>
  tx.execute<{ one: number; pid: number }>(sql`
  select 1 as one, pg_backend_pid() as pid`)

/** Tries until it works, as the log's writer does; answers how long it took. */
async function untilBack(): Promise<number> {
  const from = performance.now()
  for (;;) {
    try {
      await db.withSystem('test', one, { timeoutMs: 1_000 })
      return performance.now() - from
    } catch (error) {
      if (!isUnavailable(error)) throw error
    }
  }
}

const kill = (pid: number | undefined) =>
  query(server.url, 'select pg_terminate_backend($1, 5000)', [pid])

test.each([
  ['before its next query', async (tx: Tx) => void (await one(tx))],
  [
    'and its function throws',
    () => {
      throw new Error('mine')
    },
  ],
  ['before its commit', async () => {}],
] satisfies [string, (tx: Tx) => unknown][])(
  'a transaction loses its connection %s, ten times, and the process lives',
  async (_, after) => {
    for (let round = 0; round < 10; round++) {
      const attempt = db.withSystem('test', async (tx) => {
        const [row] = await one(tx)
        await kill(row?.pid)
        await after(tx)
      })
      await expect(attempt).rejects.toSatisfy(
        (error) => isUnavailable(error) || error.message === 'mine',
      )
      expect(await db.withSystem('test', one)).toMatchObject([{ one: 1 }])
    }
  },
)

test('a transaction loses its connection in the middle of a query', async () => {
  const attempt = db.withSystem('test', async (tx) => {
    const [row] = await one(tx)
    const sleeping = tx.execute(sql`select pg_sleep(10)`).execute()
    await Promise.all([sleeping, kill(row?.pid)])
  })
  await expect(attempt).rejects.toSatisfy(isUnavailable)
  await untilBack()
})

test('all connections are lost at once, those of the checkpointer too', async () => {
  await Promise.all(Array.from({ length: 20 }, () => db.withSystem('test', one)))
  await Promise.all(Array.from({ length: 4 }, () => db.checkpoints.query('select 1')))
  const held = await db.checkpoints.connect()
  await query(
    server.url,
    "select pg_terminate_backend(pid, 5000) from pg_stat_activity where application_name like 'auralink%'",
  )
  await expect(held.query('select 1')).rejects.toSatisfy(isUnavailable)
  held.release(true)
  await untilBack()
  expect((await db.checkpoints.query('select current_user as role')).rows).toEqual([
    { role: 'hub_system' },
  ])
})

test('a server that hangs is unavailable within the time of the unit of work, and back after', async () => {
  await db.withSystem('test', one)
  process.kill(server.pid, 'SIGSTOP')
  const backends = await stopBackends('SIGSTOP')
  const from = performance.now()
  const attempts = await Promise.allSettled(
    Array.from({ length: 30 }, () => db.withSystem('test', one, { timeoutMs: 300 })),
  )
  const took = performance.now() - from
  for (const attempt of attempts) {
    expect(attempt).toMatchObject({ status: 'rejected', reason: expect.toSatisfy(isUnavailable) })
  }
  // 12 connections, 30 units of work: three rounds of 800 ms at most, far from a hang
  expect(took).toBeLessThan(8_000)
  for (const pid of backends) process.kill(pid, 'SIGCONT')
  process.kill(server.pid, 'SIGCONT')
  await untilBack()
  // what was cut while it was connecting must not connect later, and stay in a transaction
  await vi.waitFor(async () => {
    const sessions = await query(
      server.url,
      "select state from pg_stat_activity where application_name = 'auralink'",
    )
    expect(sessions.length).toBeLessThanOrEqual(12)
    expect(sessions.filter(({ state }) => state !== 'idle')).toEqual([])
  }, 5_000)
})

/** The backends, which the postmaster's own stop does not reach. */
async function stopBackends(signal: NodeJS.Signals): Promise<number[]> {
  const { execFileSync } = await import('node:child_process')
  const pids = execFileSync('ps', ['--ppid', String(server.pid), '-o', 'pid='], {
    encoding: 'utf8',
  })
    .trim()
    .split(/\s+/)
    .map(Number)
  for (const pid of pids) process.kill(pid, signal)
  return pids
}
