import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Database, openDatabase, type Place, type Tx } from '#db'
import { OPERATOR } from '#protocol'
import { createTestDatabase, query, quiet, type TestDatabase } from '../support/postgres.ts'

// hundreds of people, and processes that start
vi.setConfig({ testTimeout: 60_000 })

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const key = (byte: number) => new Uint8Array(32).fill(byte)
const placeOf = (userId: string): Place => ({ table: 't', column: 'c', row: '1', userId })
const people = (count: number) => Array.from({ length: count }, (_, n) => `person ${n}`)

let database: TestDatabase
let dataDir: string
const opened: Database[] = []

beforeEach(async () => {
  database = await createTestDatabase()
  dataDir = await mkdtemp(join(tmpdir(), 'auralink-keys-'))
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((db) => db.close()))
  await database.drop()
  await rm(dataDir, { recursive: true, force: true })
})

/** As a hub does with these keys, or with those of its file; `attach`: as a tool beside it. */
async function open(encryptionKeys?: Uint8Array[], attach = false): Promise<Database> {
  const db = await openDatabase({ url: database.url, dataDir, log: quiet, encryptionKeys, attach })
  opened.push(db)
  return db
}

const within = <T>(db: Database, fn: (tx: Tx) => Promise<T>) =>
  db.withSystem('test', fn, { timeoutMs: 30_000 })

/** Sealed text by person, in one transaction. */
function sealFor(db: Database, userIds: string[]) {
  return within(db, async (tx) => {
    const seal = async (userId: string) =>
      [userId, await db.vault.seal(tx, placeOf(userId), `of ${userId}`)] as const
    return new Map(await Promise.all(userIds.map(seal)))
  })
}

function expectAllOpen(db: Database, sealed: Map<string, string>) {
  return within(db, async (tx) => {
    const open = async ([userId, text]: [string, string]) =>
      (await db.vault.open(tx, placeOf(userId), text)).reveal()
    expect(await Promise.all([...sealed].map(open))).toEqual(
      [...sealed.keys()].map((userId) => `of ${userId}`),
    )
  })
}

/** The operator has a data key as well once a rotation was audited. */
const wraps = async (db: Database) =>
  Object.fromEntries(
    (await db.keys.list()).map(({ id, state, dataKeys }) => [id, [state, dataKeys]]),
  )

/** What was audited. */
const actions = async () =>
  (await query(database.adminUrl, 'select action from audit_entries order by seq')).map(
    ({ action }) => action,
  )

describe('keys of ENCRYPTION_KEY', () => {
  test('the first wraps; after a rotation the others can be taken out', async () => {
    const before = await open([key(1)])
    const sealed = await sealFor(before, people(3))
    const [one] = await before.keys.list()
    const both = await open([key(2), key(1)])
    const [two] = await both.keys.list()
    await expectAllOpen(both, sealed)

    const progress: number[][] = []
    const rotation = await both.keys.rotate((done, total) => progress.push([done, total]))
    expect(rotation).toEqual({
      ...{ newest: two?.id, added: false, dropped: [], rewrapped: 3, failed: 0 },
    })
    expect(progress).toEqual([[3, 3]])
    expect(await wraps(both)).toEqual({
      [two?.id ?? '']: ['newest', 4],
      [one?.id ?? '']: ['older', 0],
    })
    await expectAllOpen(await open([key(2)]), sealed)
    // what a hub with the old key alone does meanwhile
    await expect(expectAllOpen(before, sealed)).rejects.toMatchObject({ code: 'unknown_key' })
  })

  test('what a hub wraps with the old one during the rotation opens, and is for the next one', async () => {
    const old = await open([key(1)])
    const sealed = await sealFor(old, people(2))
    const both = await open([key(2), key(1)])
    await both.keys.rotate()
    const late = await sealFor(old, ['late'])
    await expectAllOpen(both, new Map([...sealed, ...late]))
    expect(await both.keys.rotate()).toMatchObject({ rewrapped: 1, failed: 0 })
    await expectAllOpen(await open([key(2)]), new Map([...sealed, ...late]))
  })

  test('without the one that is needed the start stops and names it; a tool works', async () => {
    const sealed = await sealFor(await open([key(1)]), ['person', OPERATOR])
    const error = await open([key(3)]).catch((reason: Error) => reason)
    const tool = await open([key(3)], true)
    const [id] = (await tool.keys.list()).flatMap((one) => (one.state === 'missing' ? one.id : []))
    expect(id).toMatch(/^[0-9a-f]{16}$/)
    expect(error).toMatchObject({ name: 'DatabaseError' })
    expect((error as Error).message).toMatch(
      new RegExp(
        `not in ENCRYPTION_KEY:\\n  - ${id}, which wraps 2 of them\\nAdd it to ENCRYPTION_KEY`,
      ),
    )
    await expect(expectAllOpen(tool, sealed)).rejects.toMatchObject({ code: 'unknown_key' })
    // the operator's own data key, with which its audit is sealed, is one of them
    expect(await tool.keys.rotate()).toMatchObject({ rewrapped: 0, failed: 2 })
    expect(await actions()).toEqual(['keys.rotated'])
    await expectAllOpen(await open([key(3), key(1)]), sealed)
  })

  test('a lost one is forgotten with what it sealed, one that is there is not', async () => {
    const sealed = await sealFor(await open([key(1)]), people(2))
    const tool = await open([key(3)], true)
    const [known, lost] = await tool.keys.list()
    await expect(tool.keys.forget(known?.id ?? '')).rejects.toThrow('is not lost')
    expect(await tool.keys.forget('0123456789abcdef')).toBe(0)
    expect(await tool.keys.forget(lost?.id ?? '')).toBe(2)
    await tool.keys.rotate()
    expect(await actions()).toEqual(['keys.forgotten', 'keys.rotated'])
    const hub = await open([key(3)])
    await expect(expectAllOpen(hub, sealed)).rejects.toMatchObject({ code: 'shredded' })
    await expectAllOpen(hub, await sealFor(hub, people(2)))
  })

  test('a data key that is damaged stays as it is, and does not stop the others', async () => {
    const sealed = await sealFor(await open([key(1)]), people(3))
    await query(
      database.adminUrl,
      `update data_keys set wrapped = left(wrapped, -3) || 'AAA' where user_id = 'person 1'`,
    )
    sealed.delete('person 1')
    const both = await open([key(2), key(1)])
    expect(await both.keys.rotate()).toMatchObject({ rewrapped: 2, failed: 1 })
    await expectAllOpen(both, sealed)
    expect(Object.values(await wraps(both))).toEqual([
      ['newest', 3],
      ['older', 1],
    ])
  })
})

describe('keys of the hub itself', () => {
  const file = () => join(dataDir, 'encryption-keys')

  test('are rotated under a running hub, which goes on; the last one is kept until the next time', async () => {
    const hub = await open()
    const sealed = await sealFor(hub, people(2))
    const tool = await open(undefined, true)
    const first = (await tool.keys.list())[0]?.id ?? ''

    const one = await tool.keys.rotate()
    expect(one).toMatchObject({ added: true, dropped: [], rewrapped: 2, failed: 0 })
    await expectAllOpen(hub, sealed)
    for (const [userId, text] of await sealFor(hub, ['new'])) sealed.set(userId, text)
    expect(await wraps(tool)).toEqual({ [one.newest]: ['newest', 4], [first]: ['older', 0] })

    const two = await tool.keys.rotate()
    expect(two).toMatchObject({ added: true, dropped: [first], rewrapped: 4, failed: 0 })
    await expectAllOpen(hub, sealed)
    expect(await wraps(hub)).toEqual({ [two.newest]: ['newest', 4], [one.newest]: ['older', 0] })
    await expectAllOpen(await open(), sealed)
  })

  test('no key is dropped under a transaction that has wrapped with it', async () => {
    const hub = await open()
    const tool = await open(undefined, true)
    const sealed = new Map<string, string>()
    let rotation: Promise<unknown> | undefined
    await within(hub, async (tx) => {
      sealed.set('early', await hub.vault.seal(tx, placeOf('early'), 'of early'))
      rotation = tool.keys.rotate().then(() => tool.keys.rotate())
      await until(async () => {
        const [row] = await query(
          database.adminUrl,
          `select count(*)::int as waiting from pg_locks where locktype = 'advisory' and not granted
              and database = (select oid from pg_database where datname = current_database())`,
        )
        return row?.waiting > 0
      })
    })
    await rotation
    expect(Object.values(await wraps(tool))[0]).toEqual(['newest', 2])
    await expectAllOpen(hub, sealed)
  })

  test('two rotations at once, and a hub that seals meanwhile: everything opens', async () => {
    const hub = await open()
    const sealed = await sealFor(hub, people(600))
    const tools = [await open(undefined, true), await open(undefined, true)]
    let over = false
    const rotations = Promise.all(tools.map((tool) => tool.keys.rotate())).finally(() => {
      over = true
    })
    for (let n = 0; !over; n++)
      for (const [userId, text] of await sealFor(hub, [`meanwhile ${n}`])) sealed.set(userId, text)
    const done = await rotations
    expect(done.map(({ failed }) => failed)).toEqual([0, 0])
    await expectAllOpen(hub, sealed)
    await expectAllOpen(await open(), sealed)
  })

  test('a rotation that is killed in the middle is finished by the next one, with the same key', async () => {
    const hub = await open()
    const sealed = await sealFor(hub, people(600))
    const before = (await hub.keys.list())[0]?.id ?? ''
    // the second batch waits for a row that somebody else has
    const holder = new pg.Client({ connectionString: database.adminUrl })
    await holder.connect()
    await holder.query('begin')
    const held = await holder.query(
      'select id from data_keys where id = (select id from data_keys order by id offset 550 limit 1) for update',
    )
    expect(held.rowCount).toBe(1)
    const tool = spawn(process.execPath, ['--import', 'tsx', 'server/keys.ts', 'rotate'], {
      cwd: ROOT,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, DATA_DIR: dataDir, DATABASE_URL: database.url },
    })
    const exited = once(tool, 'exit')
    await until(async () => {
      const [row] = await query(
        database.adminUrl,
        `select count(*)::int as waiting from pg_stat_activity
          where datname = current_database() and wait_event_type = 'Lock' and query like '%data_keys%'`,
      )
      return row?.waiting > 0
    })
    tool.kill('SIGKILL')
    expect(await exited).toEqual([null, 'SIGKILL'])
    await holder.query('rollback')
    await holder.end()

    const half = await wraps(hub)
    expect(half[before]).toEqual(['older', 100])
    expect(Object.values(half)[0]).toEqual(['newest', 500])
    await expectAllOpen(hub, sealed)

    const rotation = await (await open(undefined, true)).keys.rotate()
    expect(rotation).toMatchObject({ added: false, rewrapped: 100, failed: 0 })
    expect(await wraps(hub)).toEqual({
      [rotation.newest]: ['newest', 601],
      [before]: ['older', 0],
    })
    await expectAllOpen(await open(), sealed)
  })

  test('when the file is lost the start stops, and makes no new one', async () => {
    const hub = await open()
    const sealed = await sealFor(hub, people(1))
    const text = await readFile(file(), 'utf8')
    await rm(file())
    await expectAllOpen(hub, sealed)
    await expect(sealFor(hub, ['new'])).rejects.toMatchObject({ code: 'unknown_key' })
    await expect(open()).rejects.toThrow(/encryption-keys:\n {2}- [0-9a-f]{16}, .*\nBring .* back/)
    await expect(readFile(file())).rejects.toThrow('ENOENT')

    await writeFile(file(), text, { mode: 0o600 })
    await expectAllOpen(await open(), sealed)
  })

  test('when the folder is lost, a first key that comes again opens what it sealed, and no more', async () => {
    const openBy = async (firstEncryptionKey: Uint8Array) => {
      const deps = { url: database.url, dataDir, log: quiet, firstEncryptionKey }
      const db = await openDatabase(deps)
      opened.push(db)
      return db
    }
    const sealed = await sealFor(await openBy(key(5)), people(2))
    // with the folder, what the first key would be is all the same
    await expectAllOpen(await openBy(key(6)), sealed)
    await rm(file())
    await expect(openBy(key(6))).rejects.toThrow('or the AUTH_SECRET of before')
    const again = await openBy(key(5))
    await expectAllOpen(again, sealed)

    await again.keys.rotate()
    await rm(file())
    await expect(openBy(key(5))).rejects.toThrow('Bring')
    await expect(readFile(file())).rejects.toThrow('ENOENT')
  })
})

async function until(condition: () => Promise<boolean>) {
  for (const end = Date.now() + 20_000; !(await condition()); await sleep(10))
    if (Date.now() > end) throw new Error('it did not come to that')
}
