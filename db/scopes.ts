import type { Principal } from '#protocol'
import type { Pool } from './connection/pool.ts'
import { inTransaction, type Tx } from './connection/transaction.ts'
import type { Log } from './log.ts'

export interface ScopeOptions {
  /** Longest time of one statement; the transaction is cut a little later. Default 5,000 ms. */
  timeoutMs?: number
}

/** A unit of work is short: it never waits for a model, a provider or a person. */
export interface Scopes {
  /** Runs `fn` as the person: row level security shows what the principal may see and change. */
  withUser<T>(
    principal: Pick<Principal, 'userId' | 'role' | 'rooms'>,
    fn: (tx: Tx) => Promise<T>,
    options?: ScopeOptions,
  ): Promise<T>
  /** Runs `fn` as the hub itself. `reason` is a short constant that says which job this is. */
  withSystem<T>(reason: string, fn: (tx: Tx) => Promise<T>, options?: ScopeOptions): Promise<T>
}

const STATEMENT_TIMEOUT = 5_000
const LOCK_TIMEOUT = 2_000
const MARGIN = 500

export function createScopes(pool: Pool, log: Log): Scopes {
  function scope<T>(
    settings: Record<string, string>,
    fn: (tx: Tx) => Promise<T>,
    { timeoutMs = STATEMENT_TIMEOUT }: ScopeOptions = {},
  ) {
    const timeouts = {
      statement_timeout: String(timeoutMs),
      lock_timeout: String(Math.min(LOCK_TIMEOUT, timeoutMs)),
      idle_in_transaction_session_timeout: String(timeoutMs),
    }
    return pool.use((connection) =>
      inTransaction(
        connection,
        { settings: { ...settings, ...timeouts }, deadlineMs: timeoutMs + MARGIN },
        fn,
      ),
    )
  }

  return {
    withUser({ userId, role, rooms }, fn, options) {
      const claims = JSON.stringify({ sub: userId, role, rooms })
      return scope({ role: 'hub_app', 'request.jwt.claims': claims }, fn, options)
    },
    withSystem(reason, fn, options) {
      log.debug({ reason }, 'system scope')
      return scope({ role: 'hub_system', 'hub.reason': reason }, fn, options)
    },
  }
}
