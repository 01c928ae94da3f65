import pino from 'pino'
import { afterAll, beforeAll, inject } from 'vitest'
import { type Database, openDatabase } from '#db'
import { createDatabaseOn, createMigratedDatabaseOn } from './database-server.ts'

export { query } from './database-server.ts'

/** Silent unless something is wrong. */
export const quiet = pino({ level: 'error' })

/** What wraps data keys in tests. */
export const encryptionKeys = [new Uint8Array(32).fill(7)]

/** The database of an address, as the hub opens it. */
export const openAt = (url: string) =>
  openDatabase({ url, dataDir: '/nonexistent', log: quiet, encryptionKeys })

export interface TestDatabase {
  /** Of the hub's login: not a superuser, may create roles, owns the database. */
  url: string
  /** Of the superuser, for what no scope allows. */
  adminUrl: string
  /** Opens it as the hub does. */
  open(): Promise<Database>
  drop(): Promise<void>
}

/**
 * A fresh database on the shared server, migrated already unless it is to be `empty`. Drop it after the tests
 * of the file.
 */
export async function createTestDatabase({ empty = false } = {}): Promise<TestDatabase> {
  const server = inject('postgres')
  const { url, adminUrl, drop } = empty
    ? await createDatabaseOn(server)
    : await createMigratedDatabaseOn(server, async (made) => (await openAt(made)).close())
  return { url, adminUrl, open: () => openAt(url), drop }
}

/** A database of its own for the tests of a file or a `describe`, opened as the hub does. */
export function useDatabase() {
  let database: TestDatabase | undefined
  let db: Database | undefined

  beforeAll(async () => {
    database = await createTestDatabase()
    db = await database.open()
  })
  afterAll(async () => {
    await db?.close()
    await database?.drop()
  })

  return {
    get db() {
      return there(db)
    },
    get url() {
      return there(database).url
    },
    get adminUrl() {
      return there(database).adminUrl
    },
  }
}

function there<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the database is there in tests only')
  return value
}
