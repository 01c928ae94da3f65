import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { afterEach, beforeEach, expect, onTestFinished, test } from 'vitest'
import type { Database, Jobs } from '#db'
import {
  createTestDatabase,
  encryptionKeys,
  query,
  type TestDatabase,
} from '../support/postgres.ts'

/** Failing jobs are what is tested. */
const silent = pino({ level: 'silent' })

const HOUR = 3_600_000

let database: TestDatabase
let db: Database
let nodes: Jobs[]

beforeEach(async () => {
  database = await createTestDatabase()
  db = await database.open()
  nodes = []
})
afterEach(async () => {
  await Promise.all(nodes.map((jobs) => jobs.stop(1_000)))
  await db.close()
  await database.drop()
})

function node(clock: () => number = Date.now, lookMs = 500): Jobs {
  const jobs = db.createJobs({ log: silent, clock, lookMs })
  nodes.push(jobs)
  return jobs
}

/** A list of what was done, and a way to wait until it is so long. */
function record<T>() {
  const done: T[] = []
  let wake = () => {}
  return {
    done,
    async add(it: T) {
      done.push(it)
      wake()
    },
    async reach(length: number) {
      while (done.length < length) {
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      }
    },
  }
}

const inPostgres = () =>
  query(database.adminUrl, 'select name, state, data, output, retry_count from pgboss.job')

test('a job is done at once, as hub_system keeps it, by a login that is no superuser', async () => {
  let now = Date.UTC(2030, 0, 1)
  const jobs = node(() => now, HOUR)
  const { done, add, reach } = record<object>()
  const looked = record<string>()
  jobs.handle('greet', add)
  jobs.every('minutely', '* * * * *', () => looked.add('looked'))
  await jobs.start()
  now += 60_000
  // the next look is in an hour
  await looked.reach(1)
  await jobs.send('greet', { id: 'one' })
  await reach(1)
  expect(done).toEqual([{ id: 'one' }])
  const owners = await query(
    database.adminUrl,
    `select distinct relowner::regrole::text as owner from pg_class
      where relnamespace = 'pgboss'::regnamespace`,
  )
  expect(owners).toEqual([{ owner: 'hub_system' }])
})

test('one that fails is tried again, and what its error says is not kept', async () => {
  const jobs = node()
  const { done, add, reach } = record<number>()
  jobs.handle('flaky', async () => {
    await add(done.length)
    if (done.length < 3) throw Object.assign(new Error('ann said hello'), { code: 'E_FLAKY' })
  })
  jobs.handle('hopeless', () => Promise.reject(new Error('bob said no')), { retries: 0 })
  await jobs.start()
  await jobs.send('hopeless', {})
  await jobs.send('flaky', {})
  await reach(3)
  await expect
    .poll(inPostgres)
    .toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'hopeless', state: 'failed', output: { code: 'failed' } }),
        expect.objectContaining({ name: 'flaky', state: 'completed', retry_count: 2 }),
      ]),
    )
  expect(JSON.stringify(await inPostgres())).not.toContain('said')
})

test('nodes that start at once share the schema, the jobs, and the turns of the clock', async () => {
  const start = Date.UTC(2030, 0, 1, 12, 0)
  let now = start
  const daily = record<number>()
  const shared = record<object>()
  const three = [0, 1, 2].map((which) => {
    const jobs = node(() => now)
    jobs.every('daily', '17 3 * * *', () => daily.add(which))
    jobs.handle('shared', shared.add)
    return jobs
  })
  await Promise.all(three.map((jobs) => jobs.start()))
  // nobody ran at 03:17: it is made up for once they have run for a while
  now = start + 30_000
  await daily.reach(1)
  await Promise.all(three.map((jobs, id) => jobs.send('shared', { id })))
  await shared.reach(3)
  expect(shared.done).toHaveLength(3)
  expect(new Set(shared.done.map((data) => JSON.stringify(data))).size).toBe(3)
  // a day later all three know that it is time; one does it
  now += 24 * HOUR
  await daily.reach(2)
  const rows = await query(
    database.adminUrl,
    `select count(*)::int from pgboss.job where name = 'daily'`,
  )
  expect(rows).toEqual([{ count: 2 }])
  expect(daily.done).toHaveLength(2)
})

test('a clock that is set back keeps nothing from being done', async () => {
  let now = Date.UTC(2030, 0, 1)
  const jobs = node(() => now)
  const looked = record<string>()
  jobs.every('minutely', '* * * * *', () => looked.add('looked'))
  await jobs.start()
  now -= HOUR
  await looked.reach(1)
})

test('a job whose process is killed is taken up by the next start, within seconds', async () => {
  const file = fileURLToPath(new URL('job-process.ts', import.meta.url))
  const keys = encryptionKeys.map((key) => Buffer.from(key).toString('hex'))
  const child = spawn(process.execPath, ['--import', 'tsx', file, database.url, ...keys], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => stop(child))
  const taken = record<object>()
  const [, said] = await Promise.all([sendIt(), once(child.stdout, 'data')])
  expect(String(said)).toContain('taken')
  await stop(child)
  const killedAt = performance.now()

  const jobs = node()
  jobs.handle('long', taken.add)
  await jobs.start()
  await taken.reach(1)
  expect(taken.done).toEqual([{ id: 'x' }])
  expect(performance.now() - killedAt).toBeLessThan(30_000)

  /** As one sends who does not take, once the process has made its queue. */
  async function sendIt() {
    await expect
      .poll(() => query(database.adminUrl, `select to_regclass('pgboss.queue') as queue`), {
        timeout: 20_000,
      })
      .not.toEqual([{ queue: null }])
    await expect
      .poll(() => query(database.adminUrl, 'select name from pgboss.queue'), { timeout: 20_000 })
      .toEqual([{ name: 'long' }])
    await query(
      database.adminUrl,
      `insert into pgboss.job (name, data, expire_in, retry_delay, retry_backoff)
       values ('long', '{"id": "x"}', interval '10 seconds', 1, true)`,
    )
  }
}, 60_000)

test('Postgres cuts all connections in the middle of a job: it is done, and so is the next', async () => {
  const jobs = node()
  const { done, add, reach } = record<object>()
  jobs.handle('steady', async (data) => {
    if (done.length === 0) {
      await query(
        database.adminUrl,
        `select pg_terminate_backend(pid) from pg_stat_activity
          where datname = current_database() and pid <> pg_backend_pid()`,
      )
    }
    await add(data)
  })
  await jobs.start()
  await jobs.send('steady', { id: 'first' })
  await reach(1)
  await jobs.send('steady', { id: 'second' })
  await reach(2)
  expect(done).toContainEqual({ id: 'second' })
})

test('a stop waits for what is under way, no longer than it may', async () => {
  const jobs = node()
  const begun = record<string>()
  let finish = () => {}
  jobs.handle('slow', async () => {
    await begun.add('slow')
    await new Promise<void>((resolve) => {
      finish = resolve
    })
  })
  jobs.handle('stuck', async () => {
    await begun.add('stuck')
    await new Promise(() => {})
  })
  await jobs.start()
  await Promise.all([jobs.send('slow', {}), jobs.send('stuck', {})])
  await begun.reach(2)
  const stopping = jobs.stop(500)
  finish()
  await stopping
  const rows = await query(database.adminUrl, 'select name, state from pgboss.job order by name')
  expect(rows).toEqual([
    { name: 'slow', state: 'completed' },
    { name: 'stuck', state: 'active' },
  ])
})

test('what the clock does can be done now, and mistakes show when they are made', async () => {
  const jobs = node()
  const { done, add } = record<string>()
  jobs.every('tidy', '0 * * * *', () => add('tidied'))
  await jobs.run('tidy')
  expect(done).toEqual(['tidied'])
  expect(() => jobs.every('other', 'at noon', async () => {})).toThrow()
  expect(() => jobs.handle('tidy', async () => {})).toThrow('two jobs tidy')
  await expect(jobs.send('tidy', {})).rejects.toThrow('before the start')
  await expect(jobs.run('unknown')).rejects.toThrow('no job unknown')
})

async function stop(child: ChildProcess) {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exit = once(child, 'exit')
  child.kill('SIGKILL')
  await exit
}
