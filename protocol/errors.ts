/**
 * Every way in which the hub says no: the one catalogue behind socket acks, `connect_error`, close
 * codes and problem+json. `ERROR_HELP` says when each occurs and what to do.
 */
export const ERRORS = {
  unauthenticated: { status: 401, title: 'Not signed in' },
  token_expired: { status: 401, title: 'Token expired' },
  forbidden: { status: 403, title: 'Not allowed' },
  not_found: { status: 404, title: 'Not found' },
  invalid: { status: 422, title: 'Invalid' },
  malformed: { status: 400, title: 'Malformed' },
  conflict: { status: 409, title: 'Conflict' },
  too_large: { status: 413, title: 'Too large' },
  rate_limited: { status: 429, title: 'Too many requests' },
  budget_exceeded: { status: 402, title: 'Budget used up' },
  muted: { status: 403, title: 'Muted' },
  removed: { status: 403, title: 'Removed' },
  room_closed: { status: 410, title: 'Room closed' },
  not_owner: { status: 421, title: 'Owned by another node' },
  degraded: { status: 503, title: 'Degraded' },
  draining: { status: 503, title: 'Draining' },
  provider_failed: { status: 502, title: 'Provider failed' },
  timed_out: { status: 504, title: 'Timed out' },
  internal: { status: 500, title: 'Internal error' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof ERRORS

/** When each error occurs, and what the caller can do: for the documents of the wire. */
export const ERROR_HELP: Record<ErrorCode, string> = {
  unauthenticated: 'No token, or one that does not verify. Get a new token.',
  token_expired:
    'The token was good and has ended. Get a new one; on a socket send `auth.refresh` before that.',
  forbidden: "Signed in, but the right is missing. Ask the room's owner for it.",
  not_found: "It does not exist, or it is another's: the hub does not tell which.",
  invalid: 'Understood, but a field is wrong. `details` or `errors` name the field.',
  malformed: 'Not understood at all: no JSON, no object, an unknown command.',
  conflict: 'It clashes with what is already there. Read the present state, then decide.',
  too_large: 'Over a limit of size. Send less.',
  rate_limited: 'Too many commands. Wait for `retry_in_ms`, then send again.',
  budget_exceeded: "The room's budget for models or tools is used up.",
  muted: 'A moderator muted this person; `until` says for how long. Reading goes on.',
  removed: 'A moderator removed this person; `until` says for how long.',
  room_closed: 'The room is closed. Join it to open it again.',
  not_owner: 'Another node owns the room now. Send the command again.',
  degraded: 'The database is away. What was sent waits, or was refused: the message says which.',
  draining: 'This node is stopping. Connect again: another answers, or this one after its restart.',
  provider_failed: "A model's or tool's provider failed. Try again, or choose another model.",
  timed_out: 'It took longer than its limit and was stopped.',
  internal: "A defect of the hub. The log has it under the request's id.",
}

/** Close codes of a WebSocket, with the reason that goes with each. */
export const CLOSE_CODES = {
  tokenExpired: 4001,
  slowConsumer: 4008,
  draining: 4009,
  tooLarge: 1009,
} as const

/** The hub's one error class. `message` is for the caller and says what to do; `cause` is for the log. */
export class HubError extends Error {
  override readonly name = 'HubError'
  readonly code: ErrorCode
  readonly details: Record<string, unknown> | undefined

  constructor(
    code: ErrorCode,
    message: string,
    options: { details?: Record<string, unknown>; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? {} : { cause: options.cause })
    this.code = code
    this.details = options.details
  }

  get status(): number {
    return ERRORS[this.code].status
  }

  /** The form in acks: `{ code, message, details? }`. */
  toWire(): WireError {
    return {
      code: this.code,
      message: this.message,
      ...(this.details === undefined ? {} : { details: this.details }),
    }
  }
}

export interface WireError {
  code: ErrorCode
  message: string
  details?: Record<string, unknown>
}

/** Any thrown value as a HubError: what is not one already is a defect, `internal`, with its cause kept. */
export function toHubError(error: unknown): HubError {
  if (error instanceof HubError) return error
  return new HubError('internal', 'The hub failed at this. Try again; if it stays, report it.', {
    cause: error,
  })
}
