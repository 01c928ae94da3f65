import pg from 'pg'
import type { Address } from './connection/address.ts'
import type { Log } from './log.ts'

/** Where LangGraph keeps its checkpoints. */
export const CHECKPOINT_SCHEMA = 'langgraph'

/**
 * The pool of LangGraph's checkpointer, which brings its own client. It acts as hub_system, who owns
 * the schema. Both listeners matter: without them a connection that is lost, idle or between two
 * queries of a transaction, ends the process.
 */
export function createCheckpointPool(address: Address, log: Log): pg.Pool {
  const { host, port, user, password, database, options = '', tls } = address
  const pool = new pg.Pool({
    ...{ host, port, user, password, database, max: 8 },
    // a copy, since it hides the key in what it is given
    ssl: tls ? { ...tls } : false,
    options: `${options} -c role=hub_system -c lock_timeout=2000 -c statement_timeout=10000`,
    application_name: 'auralink-checkpoints',
    connectionTimeoutMillis: 2_000,
    query_timeout: 11_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  })
  const lost = (error: Error) =>
    log.warn({ code: codeOf(error) }, 'a checkpoint connection was lost')
  pool.on('error', lost)
  pool.on('connect', (client) => client.on('error', lost))
  return pool
}

function codeOf(error: Error): string | undefined {
  return 'code' in error && typeof error.code === 'string' ? error.code : undefined
}
