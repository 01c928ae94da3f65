import type { Socket } from 'node:net'
import postgres from 'postgres'
import type { Address } from './address.ts'
import { openSocket } from './socket.ts'
import { isUnavailable, UnavailableError } from './unavailable.ts'

type Rows = postgres.RowList<postgres.Row[]>
type Parameters = Parameters_<postgres.Sql['unsafe']>[1]
type Parameters_<F extends (...args: never[]) => unknown> = F extends (...args: infer A) => unknown
  ? A
  : never

/** One connection to Postgres. Once lost it stays lost; the pool makes another. */
export interface Connection {
  readonly lost: boolean
  readonly options: postgres.Sql['options']
  /** Runs a statement. Rejects at once when the connection is lost, before or meanwhile. */
  run(query: string, params?: Parameters): Promise<Rows>
  /** The same, with rows as arrays of values in the order of the columns. */
  values(query: string, params?: Parameters): Promise<Rows>
  /** Cuts the connection, whatever it is doing. */
  destroy(reason: string): void
  end(): Promise<void>
}

export interface ConnectionOptions {
  address: Address
  connectTimeoutMs: number
  /** Called once, when the connection is lost or could not be made. */
  onLost: () => void
}

/** Statements that a connection keeps prepared; a batch insert has a text for each number of rows. */
const PREPARED = 200

/**
 * postgres.js with one connection and no pool, no `begin` and no reconnecting: when a connection is
 * lost inside its `begin`, 3.4.9 writes the rollback to a null socket and ends the process
 * (`Cannot read properties of null (reading 'write')`, outside of every promise).
 */
export function createConnection({
  address,
  connectTimeoutMs,
  onLost,
}: ConnectionOptions): Connection {
  const waiting = new Set<(error: Error) => void>()
  const prepared = new Set<string>()
  let socket: Socket | undefined
  let lost = false

  const { host, port, user, password, database, options } = address
  const client = postgres({
    ...{ host, port, user, database, max: 1 },
    ...(password !== undefined && { password }),
    // the socket brings it
    ssl: false,
    connect_timeout: connectTimeoutMs / 1000,
    idle_timeout: 0,
    max_lifetime: null,
    backoff: () => 0,
    onnotice: () => {},
    // drizzle reads arrays itself; and what asks for their types on a connection that is lost meanwhile
    // rejects outside of every promise, which ends the process
    fetch_types: false,
    onclose: () => lose(closed('the connection to Postgres was lost')),
    // seqs and epoch ms are far from 2^53
    types: { int8: { to: 20, from: [20], parse: Number, serialize: String } },
    connection: { application_name: 'auralink', ...(options && { options }) },
    ...{ socket: () => openSocket(address, connectTimeoutMs, keep).catch(giveUp) },
  })

  /** A socket of our own, to cut it when the server hangs. */
  function keep(made: Socket) {
    if (lost) throw closed('the connection was cut')
    socket = made
  }

  // postgres.js never recovers from it, so this connection must not be used again
  function giveUp(error: Error): never {
    lose(error)
    throw error
  }

  function lose(error: Error) {
    if (lost) return
    lost = true
    for (const reject of waiting) reject(error)
    waiting.clear()
    onLost()
  }

  function cut(reason: string) {
    const error = closed(reason)
    lose(error)
    // with an error, or postgres.js connects again for the query that was to open the connection
    socket?.destroy(error)
  }

  function send(query: string, params: Parameters) {
    const prepare = prepared.has(query) || prepared.size < PREPARED
    if (prepare) prepared.add(query)
    return client.unsafe(query, params, { prepare })
  }

  function settled(start: () => PromiseLike<Rows>): Promise<Rows> {
    return new Promise((resolve, reject) => {
      if (lost) {
        reject(closed('the connection to Postgres was lost'))
        return
      }
      waiting.add(reject)
      start().then(
        (rows) => {
          waiting.delete(reject)
          resolve(rows)
        },
        (error) => {
          waiting.delete(reject)
          // each such error is the end of the connection; its socket may close a little later
          if (isUnavailable(error)) cut('the connection to Postgres was lost')
          reject(error)
        },
      )
    })
  }

  return {
    get lost() {
      return lost
    },
    options: client.options,
    run: (query, params) => settled(() => send(query, params)),
    values: (query, params) => settled(() => send(query, params).values() as PromiseLike<Rows>),
    destroy: cut,
    async end() {
      lose(closed('the connection to Postgres was ended'))
      await client.end({ timeout: 1 })
      socket?.destroy()
    },
  }
}

function closed(reason: string): UnavailableError {
  return new UnavailableError('CONNECTION_CLOSED', reason)
}
