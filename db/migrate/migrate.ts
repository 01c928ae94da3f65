import { fileURLToPath } from 'node:url'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { readMigrationFiles } from 'drizzle-orm/migrator'
import type pg from 'pg'
import { CHECKPOINT_SCHEMA } from '../checkpoints/index.ts'
import type { Connection } from '../connection/connection.ts'
import type { Pool } from '../connection/pool.ts'
import { codeOf } from '../error-code.ts'
import { bootstrap } from './bootstrap.ts'

const migrationsFolder = fileURLToPath(new URL('../migrations', import.meta.url))

/** Any number that no other user of the database takes for an advisory lock. */
const LOCK = 0x41_75_72_61

/** Two databases of one cluster may make the same roles at once; the second try finds them made. */
const collisions = new Set(['23505', '42710', 'XX000', '40001', '40P01'])

/** Brings the database up to date. Safe when several processes start at once. */
export async function migrate(pool: Pool, checkpoints: pg.Pool): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await pool.use((connection) => locked(connection, () => migrateTables(connection)))
      break
    } catch (error) {
      if (attempt === 5 || !collisions.has(codeOf(error))) throw error
    }
  }
  const saver = new PostgresSaver(checkpoints, undefined, { schema: CHECKPOINT_SCHEMA })
  await pool.use((connection) => locked(connection, () => saver.setup()))
}

/** One transaction for everything: a process that dies half-way leaves nothing behind. */
async function locked(connection: Connection, fn: () => Promise<void>) {
  await connection.run('begin')
  try {
    await connection.run('select pg_advisory_xact_lock($1)', [LOCK])
    await fn()
    await connection.run('commit')
  } catch (error) {
    if (!connection.lost) await connection.run('rollback')
    throw error
  }
}

async function migrateTables(connection: Connection) {
  await bootstrap(connection)
  await connection.run('set local role hub_owner')
  // the ledger of drizzle's own migrator, which cannot run inside a transaction that is already open
  await connection.run(`create table if not exists drizzle.__drizzle_migrations
    (id serial primary key, hash text not null, created_at bigint)`)
  const [last] = await connection.run(
    'select created_at from drizzle.__drizzle_migrations order by created_at desc limit 1',
  )
  for (const migration of readMigrationFiles({ migrationsFolder })) {
    if (last && last.created_at >= migration.folderMillis) continue
    for (const statement of migration.sql) await connection.run(statement)
    await connection.run(
      'insert into drizzle.__drizzle_migrations (hash, created_at) values ($1, $2)',
      [migration.hash, migration.folderMillis],
    )
  }
}
