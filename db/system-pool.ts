import pg from 'pg'
import type { Address } from './connection/address.ts'
import { codeOf } from './error-code.ts'
import type { Log } from './log.ts'

export interface SystemPoolOptions {
  /** Of the connections, as Postgres lists them. */
  name: string
  max: number
}

/**
 * Connections for a library that brings its own client and its own schema. They act as hub_system, who owns
 * the schema. Both listeners matter: without them a connection that is lost, idle or between two queries of a
 * transaction, ends the process.
 */
export function createSystemPool(
  address: Address,
  log: Log,
  { name, max }: SystemPoolOptions,
): pg.Pool {
  const { host, port, user, password, database, options = '', tls } = address
  const pool = new pg.Pool({
    ...{ host, port, user, password, database, max },
    // a copy, since it hides the key in what it is given
    ssl: tls ? { ...tls } : false,
    options: `${options} -c role=hub_system -c lock_timeout=2000 -c statement_timeout=10000`,
    application_name: name,
    connectionTimeoutMillis: 2_000,
    query_timeout: 11_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
  })
  const lost = (error: Error) =>
    log.warn(
      { code: codeOf(error) || undefined, connection: name },
      'a connection to Postgres was lost',
    )
  pool.on('error', lost)
  pool.on('connect', (client) => client.on('error', lost))
  return pool
}
