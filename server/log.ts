import { type Logger, pino } from 'pino'
import { HubError } from '#protocol'

export type { Logger }

/**
 * The hub's log: JSON lines on stdout. What people say, their names and texts of foreign errors are
 * personal data; they go under the key `pii`, which is never printed.
 */
export function createLog(level = 'info'): Logger {
  return pino({
    level,
    base: null,
    redact: ['pii', '*.pii', '*.*.pii', '*.*.*.pii'],
    serializers: { err: describeError },
  })
}

interface ErrorDescription {
  type: string
  code?: unknown
  message?: string
  stack?: string[]
  cause?: unknown
}

/**
 * An error without its message, unless the message is ours or the operating system's: others quote
 * their input (a failed query quotes its parameters, and so what somebody said).
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error }
  const code = 'code' in error ? error.code : undefined
  return {
    type: error.name,
    ...(code === undefined ? {} : { code }),
    ...(error instanceof HubError || 'syscall' in error || error instanceof TypeError
      ? { message: error.message }
      : {}),
    stack: (error.stack ?? '')
      .split('\n')
      .filter((line) => /^ +at /.test(line))
      .slice(0, 8),
    ...(error.cause === undefined || depth > 3
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}
