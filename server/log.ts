import { type DestinationStream, type Logger, pino } from 'pino'
import { HubError } from '#protocol'

export type { Logger }

/**
 * The hub's log: JSON lines, on stdout unless `to` is given. What people say, their names and texts of foreign errors are
 * personal data; they go under the key `pii`, which is never printed.
 */
export function createLog(level = 'info', to: DestinationStream = pino.destination(1)): Logger {
  return pino(
    {
      level,
      base: null,
      redact: ['pii', '*.pii', '*.*.pii', '*.*.*.pii'],
      serializers: { err: describeError },
    },
    to,
  )
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
 * their input (a failed query quotes its parameters, and so what somebody said). So may a name and a
 * code, which providers choose, and whatever in a stack is no place in the code.
 */
export function describeError(error: unknown, depth = 0): ErrorDescription {
  if (!(error instanceof Error)) return { type: typeof error }
  const message = messageOf(error)
  return {
    type: isWord(error.name) ? error.name : 'Error',
    ...('code' in error && isWord(error.code) ? { code: error.code } : {}),
    ...(message === undefined ? {} : { message }),
    stack: stackOf(error),
    ...(error.cause === undefined || depth > 3
      ? {}
      : { cause: describeError(error.cause, depth + 1) }),
  }
}

/** What V8 says of a defect in our code. Other TypeErrors tell what they were given. */
const DEFECT = /^(Cannot read properties of (undefined|null)|[\w$.]+ is not (a function|iterable))/

function messageOf(error: Error): string | undefined {
  if (error instanceof HubError || 'syscall' in error) return error.message
  return error instanceof TypeError ? DEFECT.exec(error.message)?.[0] : undefined
}

/** A line of a stack that ends with where in the code it is. */
const PLACE = /^ {4}at (async )?([\w$.<>[\] ]+ \()?(file:\/\/|node:|\/)\S+:\d+:\d+\)?$/

function stackOf({ stack = '', message }: Error): string[] {
  const from = stack.indexOf(message)
  return stack
    .slice(from === -1 ? 0 : from + message.length)
    .split('\n')
    .filter((line) => PLACE.test(line))
    .slice(0, 8)
}

function isWord(value: unknown): value is string | number {
  return typeof value === 'number' || /^[\w.-]{1,64}$/.test(String(value))
}
