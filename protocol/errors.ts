/**
 * Every way in which the hub says no: the one catalogue behind socket acks, `connect_error`, close
 * codes and problem+json.
 */
export const ERRORS = {
  /** No token, or one that does not verify. Get a new token. */
  unauthenticated: { status: 401, title: 'Not signed in' },
  /** The token was good and has ended. Get a new one; on a socket send `auth.refresh` before that. */
  token_expired: { status: 401, title: 'Token expired' },
  /** Signed in, but the right is missing. Ask the room's owner for it. */
  forbidden: { status: 403, title: 'Not allowed' },
  /** It does not exist, or it is another's: the hub does not tell which. */
  not_found: { status: 404, title: 'Not found' },
  /** Understood, but a field is wrong. `details` or `errors` name the field. */
  invalid: { status: 422, title: 'Invalid' },
  /** Not understood at all: no JSON, no object, an unknown command. */
  malformed: { status: 400, title: 'Malformed' },
  /** It clashes with what is already there. Read the present state, then decide. */
  conflict: { status: 409, title: 'Conflict' },
  /** Over a limit of size. Send less. */
  too_large: { status: 413, title: 'Too large' },
  /** Too many commands. Wait for `retry_in_ms`, then send again. */
  rate_limited: { status: 429, title: 'Too many requests' },
  /** The room's budget for models or tools is used up. */
  budget_exceeded: { status: 402, title: 'Budget used up' },
  /** A moderator muted this person; `until` says for how long. Reading goes on. */
  muted: { status: 403, title: 'Muted' },
  /** A moderator removed this person; `until` says for how long. */
  removed: { status: 403, title: 'Removed' },
  /** The room is closed. Join it to open it again. */
  room_closed: { status: 410, title: 'Room closed' },
  /** Another node owns the room now. Send the command again. */
  not_owner: { status: 421, title: 'Owned by another node' },
  /** The database is away. What was sent waits, or was refused: the message says which. */
  degraded: { status: 503, title: 'Degraded' },
  /** This node is stopping. Connect again: another answers, or this one after its restart. */
  draining: { status: 503, title: 'Draining' },
  /** A model's or tool's provider failed. Try again, or choose another model. */
  provider_failed: { status: 502, title: 'Provider failed' },
  /** It took longer than its limit and was stopped. */
  timed_out: { status: 504, title: 'Timed out' },
  /** A defect of the hub. The log has it under the request's id. */
  internal: { status: 500, title: 'Internal error' },
} as const satisfies Record<string, { status: number; title: string }>

export type ErrorCode = keyof typeof ERRORS

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
