import { randomBytes } from 'node:crypto'
import pino from 'pino'
import { inject } from 'vitest'
import { type Database, openDatabase } from '#db'
import { query } from './database-server.ts'

export { query } from './database-server.ts'

/** Silent unless something is wrong. */
export const quiet = pino({ level: 'error' })

export interface TestDatabase {
  /** Of the hub's login: not a superuser, may create roles, owns the database. */
  url: string
  /** Of the superuser, for what no scope allows. */
  adminUrl: string
  /** Opens it as the hub does; migrated by the first call. */
  open(): Promise<Database>
  drop(): Promise<void>
}

/** The login of all test databases of the shared server, as a managed Postgres would give. */
const LOGIN = 'test_hub'

/** A fresh database on the shared server. Drop it after the tests of the file. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = inject('postgres')
  const name = `test_${randomBytes(6).toString('hex')}`
  await query(
    server,
    `do $$ begin
       if not exists (select from pg_roles where rolname = '${LOGIN}') then
         create role ${LOGIN} login createrole;
       end if;
     end $$`,
  )
  await query(server, `create database ${name} owner ${LOGIN}`)
  const url = server.replace('postgres@', `${LOGIN}@`).replace(/\/postgres$/, `/${name}`)
  const adminUrl = server.replace(/\/postgres$/, `/${name}`)
  return {
    url,
    adminUrl,
    open: () => openDatabase({ url, dataDir: '/nonexistent', log: quiet }),
    drop: async () => {
      await query(server, `drop database ${name} with (force)`)
    },
  }
}
