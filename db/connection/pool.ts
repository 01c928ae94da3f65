import type { Address } from './address.ts'
import { type Connection, createConnection } from './connection.ts'
import { UnavailableError } from './unavailable.ts'

export interface PoolOptions {
  address: Address
  max: number
  /** A connection that takes longer to make counts as refused. */
  connectTimeoutMs: number
  /** How long to wait for a free connection. */
  acquireTimeoutMs: number
}

/** Connections that are used by one transaction at a time. */
export interface Pool {
  /** Gives `fn` a connection of its own until it settles. Lost ones are replaced at the next use. */
  use<T>(fn: (connection: Connection) => Promise<T>): Promise<T>
  /** Refuses new work, waits for the work under way, then ends the connections. */
  close(): Promise<void>
}

interface Waiter {
  give: (connection: Connection) => void
  refuse: (error: Error) => void
}

export function createPool(options: PoolOptions): Pool {
  const { address, max, connectTimeoutMs, acquireTimeoutMs } = options
  const all = new Set<Connection>()
  const idle: Connection[] = []
  const waiters = new Set<Waiter>()
  let busy = 0
  let closing = false
  let allIdle = () => {}

  function open(): Connection {
    const connection = createConnection({
      address,
      connectTimeoutMs,
      onLost() {
        all.delete(connection)
        const index = idle.indexOf(connection)
        if (index >= 0) idle.splice(index, 1)
      },
    })
    all.add(connection)
    return connection
  }

  function acquire(): Promise<Connection> {
    if (closing) {
      return Promise.reject(new UnavailableError('CONNECTION_ENDED', 'the database is closed'))
    }
    if (busy < max) {
      busy++
      return Promise.resolve(idle.pop() ?? open())
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiters.delete(waiter)
        reject(new UnavailableError('ETIMEDOUT', 'no connection to Postgres became free in time'))
      }, acquireTimeoutMs)
      const waiter: Waiter = {
        give: (connection) => {
          clearTimeout(timer)
          resolve(connection)
        },
        refuse: (error) => {
          clearTimeout(timer)
          reject(error)
        },
      }
      waiters.add(waiter)
    })
  }

  function release(connection: Connection) {
    const [next] = waiters
    if (next) {
      waiters.delete(next)
      next.give(connection.lost ? open() : connection)
      return
    }
    if (!connection.lost) idle.push(connection)
    busy--
    if (busy === 0) allIdle()
  }

  return {
    async use(fn) {
      const connection = await acquire()
      try {
        return await fn(connection)
      } finally {
        release(connection)
      }
    },
    async close() {
      closing = true
      for (const waiter of waiters) {
        waiter.refuse(new UnavailableError('CONNECTION_ENDED', 'the database is closed'))
      }
      waiters.clear()
      if (busy > 0) {
        await new Promise<void>((resolve) => {
          allIdle = resolve
        })
      }
      await Promise.all([...all].map((connection) => connection.end()))
    },
  }
}
