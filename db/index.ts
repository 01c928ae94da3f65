/**
 * Postgres: the tables, the migrations, and `withUser` and `withSystem`, which are the only ways to a query.
 * May import #protocol alone. No connection leaves this folder but the pool of LangGraph's checkpointer.
 */
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import { type Audit, createAudit } from './audit/index.ts'
import { type Address, forLogs, parseUrl } from './connection/address.ts'
import { createPool } from './connection/pool.ts'
import { negotiate } from './connection/socket.ts'
import { startEmbedded } from './embedded/index.ts'
import { explain } from './failure.ts'
import { createJobs, type Jobs, type JobsOptions } from './jobs/index.ts'
import type { Log } from './log.ts'
import { migrate } from './migrate/migrate.ts'
import { createScopes, type Scopes } from './scopes.ts'
import { createSystemPool } from './system-pool.ts'
import {
  createKeys,
  createVault,
  type Keys,
  openKeyProvider,
  refuseMissingKeys,
  type Vault,
} from './vault/index.ts'

export {
  type AuditAction,
  type AuditEntry,
  type AuditHead,
  type AuditRecord,
  auditHeads,
  changesBetween,
  findAuditHead,
  listAudit,
  verifyAudit,
} from './audit/index.ts'
export * from './checkpoints/index.ts'
export type { Tx } from './connection/transaction.ts'
export { isCollision, isUnavailable, UnavailableError } from './connection/unavailable.ts'
export { DatabaseError } from './failure.ts'
export type { Jobs } from './jobs/index.ts'
export type { PersonalFile, PersonalPlace } from './privacy/index.ts'
export * as privacy from './privacy/index.ts'
export * as queries from './queries/index.ts'
export * as reports from './reports/index.ts'
export * as tables from './schema/index.ts'
export * as catalogue from './seed/index.ts'
export { type Place, VaultError } from './vault/index.ts'

export interface DatabaseOptions {
  /** Postgres 15 or newer, reached without a transaction pooler. Without it the hub runs its own. */
  url?: string
  /** Where the hub keeps what is its own; the embedded Postgres among it. */
  dataDir: string
  log: Log
  /** 32 bytes each: the first wraps people's data keys, all unwrap. Absent: the hub keeps keys of its own under `dataDir`. */
  encryptionKeys?: readonly Uint8Array[] | undefined
  /** 32 bytes: the first of the keys of its own. Absent: a random one. */
  firstEncryptionKey?: Uint8Array | undefined
  /** For a tool that may run beside a hub: leaves running what it did not start, and works while keys are missing. Default false. */
  attach?: boolean
  /** Default: the system's. */
  clock?: () => number
}

export interface Database extends Scopes {
  /** For `new PostgresSaver(checkpoints, undefined, { schema: CHECKPOINT_SCHEMA })`, already set up. */
  readonly checkpoints: pg.Pool
  readonly vault: Vault
  /** Appends to the owner's chain of the audit, in the transaction of the change and as its last part. */
  readonly audit: Audit
  /** The keys that wrap the vault's. */
  readonly keys: Keys
  /** On connections of its own, which `start` opens. Stop it before `close`. */
  createJobs(options: JobsOptions): Jobs
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
export async function openDatabase(options: DatabaseOptions): Promise<Database> {
  const { url, dataDir, log, attach = false } = options
  if (url === undefined) {
    const embedded = await startEmbedded({ dataDir, log, attach })
    return connect(parseUrl(embedded.url).address, options, embedded.stop)
  }
  const parsed = parseUrl(url)
  try {
    return await connect(await negotiate(parsed, CONNECT_TIMEOUT), options, async () => {})
  } catch (error) {
    throw explain(error, parsed.address)
  }
}

async function connect(
  address: Address,
  options: DatabaseOptions,
  stop: () => Promise<void>,
): Promise<Database> {
  const { dataDir, log, attach = false, clock = Date.now } = options
  const poolOf = (max: number) =>
    createPool({
      ...{ address, max },
      connectTimeoutMs: CONNECT_TIMEOUT,
      acquireTimeoutMs: ACQUIRE_TIMEOUT,
    })
  // a connection that made the tables is slower ever after: Postgres keeps tables of its own for all that it locked
  const migrating = poolOf(1)
  const pool = poolOf(CONNECTIONS)
  const checkpoints = createSystemPool(address, log, { name: 'auralink-checkpoints', max: 8 })
  const close = async () => {
    await Promise.all([pool.close(), checkpoints.end()])
    await stop()
  }
  try {
    await migrate(migrating, checkpoints).finally(migrating.close)
    const scopes = createScopes(pool, log)
    const { encryptionKeys, firstEncryptionKey } = options
    const keys = { scopes, dataDir, log, encryptionKeys, firstEncryptionKey }
    const provider = await openKeyProvider(keys)
    if (!attach) await refuseMissingKeys(keys, provider)
    const vault = createVault(provider, clock)
    const audit = createAudit({ vault, clock, nextId: randomUUID })
    return {
      ...scopes,
      checkpoints,
      vault,
      audit,
      keys: createKeys({ scopes, provider, audit }),
      createJobs: (jobs) =>
        createJobs(() => createSystemPool(address, log, { name: 'auralink-jobs', max: 3 }), jobs),
      address: forLogs(address),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}
