/**
 * Postgres: the tables, the migrations, and `withUser` and `withSystem`, which are the only ways to a query.
 * May import #protocol alone. No connection leaves this folder but the pool of LangGraph's checkpointer.
 */
import type pg from 'pg'
import { type Address, forLogs, parseUrl } from './connection/address.ts'
import { createPool } from './connection/pool.ts'
import { negotiate } from './connection/socket.ts'
import { startEmbedded } from './embedded/index.ts'
import { explain } from './failure.ts'
import type { Log } from './log.ts'
import { migrate } from './migrate/migrate.ts'
import { createScopes, type Scopes } from './scopes.ts'
import { createSystemPool } from './system-pool.ts'

export { CHECKPOINT_SCHEMA } from './checkpoints.ts'
export type { Tx } from './connection/transaction.ts'
export { isUnavailable, UnavailableError } from './connection/unavailable.ts'
export { DatabaseError } from './failure.ts'
export { createJobs, type Jobs } from './jobs/index.ts'
export type { Erased, PersonalFile, PersonalPlace } from './privacy/index.ts'
export { dropCheckpoints, measureCheckpoints, pruneCheckpoints } from './queries/checkpoints.ts'
export * as queries from './queries/index.ts'
export { type RoomAgentRow, readRoomAgents, writeRoomAgent } from './queries/room-agents.ts'
export * as tables from './schema/index.ts'
export type { ScopeOptions, Scopes } from './scopes.ts'
export * as catalogue from './seed/index.ts'
export { retireModels, type SeedOptions, seed } from './seed/index.ts'

export interface DatabaseOptions {
  /** Postgres 15 or newer, reached without a transaction pooler. Without it the hub runs its own. */
  url?: string
  /** Where the hub keeps what is its own; the embedded Postgres among it. */
  dataDir: string
  log: Log
}

export interface Database extends Scopes {
  /** For `new PostgresSaver(checkpoints, undefined, { schema: CHECKPOINT_SCHEMA })`, already set up. */
  readonly checkpoints: pg.Pool
  /** Connections of their own for `createJobs`, which ends them. */
  openJobPool(): pg.Pool
  /** Host, port and database, without secrets. */
  readonly address: string
  /** Waits for the work under way, then closes the connections, the embedded Postgres last. */
  close(): Promise<void>
}

const CONNECTIONS = 12
const CONNECT_TIMEOUT = 2_000
const ACQUIRE_TIMEOUT = 5_000

/**
 * Opens the database, migrated to what this code needs.
 *
 * @throws DatabaseError when `url` does not lead to a database that the hub can use
 */
export async function openDatabase({ url, dataDir, log }: DatabaseOptions): Promise<Database> {
  if (url === undefined) {
    const embedded = await startEmbedded({ dataDir, log })
    return connect(parseUrl(embedded.url).address, log, embedded.stop)
  }
  const parsed = parseUrl(url)
  try {
    return await connect(await negotiate(parsed, CONNECT_TIMEOUT), log, async () => {})
  } catch (error) {
    throw explain(error, parsed.address)
  }
}

async function connect(address: Address, log: Log, stop: () => Promise<void>): Promise<Database> {
  const pool = createPool({
    address,
    max: CONNECTIONS,
    connectTimeoutMs: CONNECT_TIMEOUT,
    acquireTimeoutMs: ACQUIRE_TIMEOUT,
  })
  const checkpoints = createSystemPool(address, log, { name: 'auralink-checkpoints', max: 8 })
  const close = async () => {
    await Promise.all([pool.close(), checkpoints.end()])
    await stop()
  }
  try {
    await migrate(pool, checkpoints)
  } catch (error) {
    await close()
    throw error
  }
  return {
    ...createScopes(pool, log),
    checkpoints,
    openJobPool: () => createSystemPool(address, log, { name: 'auralink-jobs', max: 3 }),
    address: forLogs(address),
    close,
  }
}
