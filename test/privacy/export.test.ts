import { randomUUID } from 'node:crypto'
import { mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { setTimeout as sleep } from 'node:timers/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test } from 'vitest'
import { type Database, type Jobs, type PersonalPlace, privacy, reports } from '#db'
import { deferred } from '../../protocol/client/deferred.ts'
import { createPrivacy, type Privacy } from '../../server/privacy/index.ts'
import { query, quiet, useDatabase } from '../support/postgres.ts'
import { person, refusal } from '../support/rooms.ts'
import { furnish, readArchive, sha256Of } from './support.ts'

const database = useDatabase()
let dataDir: string

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'auralink-exports-'))
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

let db: Database
let now: number
beforeEach(() => {
  db = database.db
  now = 1_000_000
})

/** The exports of one hub. */
async function start(more: PersonalPlace[] = []): Promise<Privacy & { jobs: Jobs }> {
  const jobs = db.createJobs({ log: quiet, lookMs: 200 })
  const made = createPrivacy({
    ...{ db, jobs, dataDir, log: quiet, nextId: randomUUID, clock: () => now },
    places: [...privacy.personalTables(db), ...more],
    flushAudit: async () => {},
  })
  await jobs.start()
  onTestFinished(async () => {
    made.stop()
    await jobs.stop(5_000)
  })
  return { ...made, jobs }
}

function find(id: string) {
  return db.withSystem('test', (tx) => privacy.findPrivacyRequest(tx, 'export', id))
}

function listOf(userId: string) {
  return db.withUser(person(userId), (tx) =>
    privacy.listExports(tx, { after: undefined, limit: 10 }),
  )
}

/** The row, once it is as wanted. */
async function until(id: string, status: string) {
  for (;;) {
    const row = await find(id)
    if (row?.status === status) return row
    if (row?.status === 'failed') throw new Error(`the export failed: ${row.errorCode}`)
    await sleep(100)
  }
}

async function fetchArchive(hub: Privacy, userId: string, id: string) {
  const archive = await hub.openArchive(person(userId), id)
  if (!archive) throw new Error('there is no archive')
  const content = Buffer.concat(await archive.content.toArray())
  expect(content.length).toBe(archive.bytes)
  return content
}

/** A place that waits until the test lets it go on. */
function gate() {
  const [opened, reached] = [deferred<void>(), deferred<void>()]
  const place = made(async function* () {
    reached.resolve()
    await opened.promise
    yield { through: true }
  })
  return { place, open: () => opened.resolve(), reached: reached.promise }
}

function made(read: PersonalPlace['export'], name = 'made'): PersonalPlace {
  return { name, tables: [], export: read, erase: async () => ({ erased: 0 }) }
}

const inFolder = async () => (await readdir(join(dataDir, 'exports'))).sort()

test('an archive has all that is the person’s, no secret and nothing of others', async () => {
  await furnish(database.adminUrl, 'ann', 'hers')
  await furnish(database.adminUrl, 'ben', 'his')
  await reports.refreshReports(db)
  const sound: PersonalPlace = {
    ...made(async function* () {
      yield { id: 'one' }
    }, 'sounds'),
    async *files() {
      yield { name: 'sounds/one.ogg', open: async () => Readable.from([Buffer.from('sound')]) }
      yield { name: 'sounds/gone.ogg', open: async () => undefined }
    },
  }
  const hub = await start([sound])
  const { id } = await hub.requestExport(person('ann'))
  const row = await until(id, 'done')
  const zip = await fetchArchive(hub, 'ann', id)
  const { manifest, rows, files } = await readArchive(zip)

  expect(manifest).toMatchObject({ format: 'auralink-export-1', user: 'ann' })
  expect(row.result).toEqual({
    places: Object.fromEntries(Object.entries(rows).map(([name, found]) => [name, found.length])),
    files: 1,
    bytes: zip.length,
    sha256: sha256Of(zip),
  })
  expect(files).toEqual({ 'sounds/one.ogg': Buffer.from('sound') })
  const { data_keys: keys, audit, reports: sums, ...others } = rows
  expect(sums).toHaveLength(3)
  expect(keys).toHaveLength(1)
  expect(audit).toMatchObject([{ action: 'export.requested', by: { id: 'ann' } }])
  // one of each, and of nobody else
  for (const [name, found] of Object.entries(others))
    expect([name, found.length]).toEqual([name, 1])
  const text = JSON.stringify(rows)
  expect(text).toContain('hers')
  expect(text).toContain('7890')
  for (const never of ['his', 'ben', 'secret-of', 'wrapped']) expect(text).not.toContain(never)

  const path = join(dataDir, 'exports', `${id}.zip`)
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect((await stat(join(dataDir, 'exports'))).mode & 0o777).toBe(0o700)
})

test('100,000 rows go through in bounded memory, each once', async () => {
  // all of them at once would be 50 MB as text, and more as objects
  const rows = 100_000
  await query(
    database.adminUrl,
    `insert into mcp_operation_logs (user_id, at, server_id, operation, status, duration_ms)
     select 'big', n / 3, 's', repeat(md5(n::text), 8), 'succeeded', n from generate_series(1, ${rows}) n`,
  )
  const hub = await start()
  // what is alive, not what waits for the collector
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  const alive = () => {
    collect()
    const { heapUsed, external } = process.memoryUsage()
    return heapUsed + external
  }
  const before = alive()
  const samples: number[] = []
  const watch = setInterval(() => samples.push(alive() - before), 400)
  onTestFinished(() => clearInterval(watch))
  const { id } = await hub.requestExport(person('big'))
  const row = await until(id, 'done')
  clearInterval(watch)
  expect(row.result).toMatchObject({ places: { mcp_operation_logs: rows } })
  expect(samples.length).toBeGreaterThan(2)
  expect(Math.max(...samples)).toBeLessThan(20_000_000)
  const archive = await readArchive(await fetchArchive(hub, 'big', id))
  const durations = new Set(archive.rows.mcp_operation_logs?.map((log) => log.duration_ms))
  expect(durations.size).toBe(rows)
}, 60_000)

test('one at a time, and three are kept', async () => {
  const { place, open, reached } = gate()
  const hub = await start([place])
  const dan = person('dan')
  const both = await Promise.all([1, 2].map(() => refusal(hub.requestExport(dan))))
  expect(both.sort()).toEqual(['conflict', 'done'])
  await reached
  expect(await refusal(hub.requestExport(dan))).toBe('conflict')
  const [first] = await listOf('dan')
  if (!first) throw new Error('there is no export')
  expect(first).toMatchObject({ status: 'running', finishedAt: null })
  expect(first.progress).toBeGreaterThan(0.5)
  expect(first.progress).toBeLessThan(1)
  open()
  await until(first.id, 'done')
  for (const _ of [2, 3]) await until((await hub.requestExport(dan)).id, 'done')
  expect(await refusal(hub.requestExport(dan))).toBe('conflict')
  await hub.removeExport(dan, first.id)
  expect(await find(first.id)).toBeUndefined()
  expect(await hub.openArchive(dan, first.id)).toBeUndefined()
  await until((await hub.requestExport(dan)).id, 'done')
})

test('one that is deleted while it goes on stops, and leaves nothing', async () => {
  const { place, open, reached } = gate()
  const hub = await start([place])
  const eve = person('eve')
  const { id } = await hub.requestExport(eve)
  await reached
  expect(await inFolder()).toContain(`${id}.zip.part`)
  await hub.removeExport(eve, id)
  open()
  while ((await inFolder()).some((name) => name.startsWith(id))) await sleep(20)
  expect(await listOf('eve')).toEqual([])
  await until((await hub.requestExport(eve)).id, 'done')
})

test('one that a hub left when it stopped is made by the next one, from the beginning', async () => {
  const { place, reached } = gate()
  const first = await start([place])
  const { id } = await first.requestExport(person('fay'))
  await reached
  first.stop()
  await first.jobs.stop(5_000)
  expect(await find(id)).toMatchObject({ status: 'running' })
  const second = await start()
  expect(await second.resume()).toBe(1)
  await until(id, 'done')
  await readArchive(await fetchArchive(second, 'fay', id))
  expect(await second.resume()).toBe(0)
})

test('one that fails says why, and the next is not kept from being made', async () => {
  let error: Error = Object.assign(new Error('no space is left'), { code: 'ENOSPC' })
  const hub = await start([
    // biome-ignore lint/correctness/useYield: it fails before
    made(async function* () {
      throw error
    }),
  ])
  const gil = person('gil')
  const failed = async () => {
    const { id } = await hub.requestExport(gil)
    const row = await until(id, 'failed')
    return row.errorCode
  }
  expect(await failed()).toBe('storage_full')
  expect((await inFolder()).filter((name) => name.endsWith('.part'))).toEqual([])
  error = new Error('a defect')
  expect(await failed()).toBe('failed')
  // something else is where the archives are to be
  const folder = join(dataDir, 'exports')
  await rename(folder, `${folder}-away`)
  await writeFile(folder, '')
  onTestFinished(async () => {
    await rm(folder)
    await rename(`${folder}-away`, folder)
  })
  expect(await failed()).toBe('storage_failed')
})

test('one that meets a lock is made once that is free', async () => {
  let tries = 0
  const locked = made(async function* () {
    tries += 1
    if (tries === 1) throw Object.assign(new Error('lock timeout'), { code: '55P03' })
    yield { tries }
  })
  const hub = await start([locked])
  await until((await hub.requestExport(person('ivy'))).id, 'done')
  expect(tries).toBe(2)
})

test('what is too old goes, and what no row knows of', async () => {
  const hub = await start()
  const { id } = await hub.requestExport(person('hal'))
  const { expiresAt } = await until(id, 'done')
  if (expiresAt === null) throw new Error('it is kept for ever')
  expect(expiresAt).toBe(now + 7 * 24 * 3_600_000)
  const stray = randomUUID()
  for (const name of [`${stray}.zip`, `${stray}.zip.part`, `${id}.zip.part`])
    await writeFile(join(dataDir, 'exports', name), '')
  const somebodysOwn = join(dataDir, 'exports', 'backup.zip')
  await writeFile(somebodysOwn, '')
  now = expiresAt - 1
  expect(await hub.sweep()).toBe(3)
  expect(await inFolder()).toContain(`${id}.zip`)
  now = expiresAt + 1
  expect(await hub.sweep()).toBeGreaterThan(0)
  expect(await find(id)).toBeUndefined()
  expect(await inFolder()).toEqual(['backup.zip'])
  await rm(somebodysOwn)
})
