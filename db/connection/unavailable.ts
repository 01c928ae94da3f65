import { codeOf } from '../error-code.ts'

/** Codes that mean: no answer from Postgres, or none for now. Not a fault of the query. */
const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CONNECT_TIMEOUT',
  'CONNECTION_CLOSED',
  'CONNECTION_DESTROYED',
  'CONNECTION_ENDED',
  '25P03', // idle_in_transaction_session_timeout: the server has closed the connection
  '53300', // too many connections
  '57P01', // admin shutdown
  '57P02', // crash shutdown
  '57P03', // cannot connect now
])

/** Messages by which node-postgres tells a lost connection; it gives these no code. */
const messages =
  /connection terminated|timeout exceeded when trying to connect|query read timeout|client has encountered a connection error/i

/**
 * Whether an error says that Postgres is away, overloaded or hanging, so that the same unit of work may
 * succeed later. When it came from a commit, the commit may have happened: repeat only what is
 * idempotent, or look first.
 */
export function isUnavailable(error: unknown): boolean {
  if (typeof error !== 'object' || error === null) return false
  if ('code' in error && typeof error.code === 'string') {
    if (codes.has(error.code) || error.code.startsWith('08')) return true
  }
  // a unix socket that is gone; not a file
  if ('syscall' in error && error.syscall === 'connect') return true
  if (error instanceof Error && messages.test(error.message)) return true
  if (error instanceof AggregateError && error.errors.some(isUnavailable)) return true
  return 'cause' in error && isUnavailable(error.cause)
}

/** Codes that mean: somebody else was in the way. Serialization, deadlock, a lock that was not given in time. */
const collisions = new Set(['40001', '40P01', '55P03'])

/** Whether a unit of work was undone for another one's sake: done again, it may succeed. */
export function isCollision(error: unknown): boolean {
  return collisions.has(codeOf(error))
}

/**
 * Thrown when Postgres gave no answer in time, or its connection was lost under a query.
 * Carries one of the codes that `isUnavailable` knows.
 */
export class UnavailableError extends Error {
  override name = 'UnavailableError'
  readonly code: 'CONNECTION_CLOSED' | 'CONNECTION_ENDED' | 'ETIMEDOUT'

  constructor(code: UnavailableError['code'], message: string) {
    super(message)
    this.code = code
  }
}
