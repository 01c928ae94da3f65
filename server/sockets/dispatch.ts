import { type CommandName, commands, HubError } from '#protocol'
import type { Buckets } from '../buckets.ts'
import { asHubError } from '../failure.ts'
import type { Logger } from '../log.ts'
import type { Metrics } from '../metrics.ts'
import { endAudio } from './audio.ts'
import type { Handlers, Outcome } from './handlers/handler.ts'
import { COMMAND_LIMITS, UNKNOWN_LIMIT } from './limits.ts'
import { parsePayload } from './payload.ts'
import { createRepeats } from './repeats.ts'
import { traceCommand } from './tracing.ts'
import type { HubSocket } from './types.ts'

interface Deps {
  /** Takes what is a frame of sound. */
  audio: (socket: HubSocket, event: unknown, args: unknown[]) => boolean
  handlers: Handlers
  buckets: Buckets
  metrics: Metrics
  log: Logger
  clock: () => number
}

export interface Dispatch {
  /** Everything that a client sends comes in here; nothing that it sends makes this throw. */
  receive(socket: HubSocket, event: unknown, args: unknown[]): void
  /** From now on commands are refused as `draining`; resolves when those under way are acked. */
  drain(): Promise<void>
}

/** Runs commands: limits, parses, hands to the handler of the name, acks. */
export function createDispatch({ audio, handlers, buckets, metrics, log, clock }: Deps): Dispatch {
  const repeats = createRepeats(clock)
  const running = new Set<Promise<void>>()
  let draining = false

  return {
    receive(socket, event, args) {
      if (!socket.connected || audio(socket, event, args)) return
      // also when it is refused: the frames that follow are not for the room of the stream before
      if (event === 'audio.start') endAudio(socket)
      const last = args.at(-1)
      const ack = typeof last === 'function' ? (last as (answer: object) => void) : undefined
      const rest = ack === undefined ? args : args.slice(0, -1)
      const run = isCommand(event)
        ? command(socket, event, rest, ack)
        : refuseUnknown(socket, event, ack)
      running.add(run)
      run.finally(() => running.delete(run)).catch(() => {})
    },
    async drain() {
      draining = true
      await Promise.all(running)
    },
  }

  async function command<N extends CommandName>(
    socket: HubSocket,
    name: N,
    args: unknown[],
    ack: ((answer: object) => void) | undefined,
  ): Promise<void> {
    const startedAt = performance.now()
    let replied = false
    const finish = (outcome: string, answer: object) => {
      if (replied) return
      replied = true
      metrics.command(name, outcome, performance.now() - startedAt)
      ack?.(answer)
    }
    try {
      admit(socket, name)
      const payload = parsePayload(name, args)
      const { userId } = socket.data.session.connection.principal
      const reply = (outcome: Outcome<N>) => {
        const repeated = repeats.isRepeat(userId, name, payload)
        finish('ok', { ok: true, ...outcome, ...(repeated ? { duplicate: true } : {}) })
      }
      const outcome = await traceCommand(name, payload, () =>
        handlers[name](payload, { socket, reply }),
      )
      if (outcome) reply(outcome)
    } catch (thrown) {
      const error = asHubError(thrown)
      if (error.code === 'internal') log.error({ err: error, command: name }, 'a command failed')
      finish(error.code, { ok: false, error: error.toWire() })
    }
  }

  /** Throws when the socket may not send this command now. */
  function admit(socket: HubSocket, name: CommandName): void {
    if (draining)
      throw new HubError('draining', 'This node is stopping. Send it again after the reconnect.')
    const { principal } = socket.data.session.connection
    if (principal.expiresAt <= clock())
      throw new HubError('token_expired', 'The token has ended. Connect with a new one.')
    const wait = buckets.take(principal.userId, name, COMMAND_LIMITS[name])
    if (wait > 0) throw limited(wait)
  }

  async function refuseUnknown(
    socket: HubSocket,
    event: unknown,
    ack: ((answer: object) => void) | undefined,
  ): Promise<void> {
    const wait = buckets.take(socket.data.session.connection.principal.userId, '?', UNKNOWN_LIMIT)
    const error =
      wait > 0
        ? limited(wait)
        : new HubError('malformed', `This hub has no command ${quote(event)}.`)
    metrics.command('unknown', error.code, 0)
    ack?.({ ok: false, error: error.toWire() })
  }
}

function limited(retryInMs: number): HubError {
  return new HubError('rate_limited', `Too many of these. Send it again in ${retryInMs} ms.`, {
    details: { retry_in_ms: retryInMs },
  })
}

/** What a client sent, short enough for a message. */
function quote(event: unknown): string {
  const text = typeof event === 'string' ? event.toWellFormed() : String(event)
  return JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}...` : text)
}

function isCommand(event: unknown): event is CommandName {
  return typeof event === 'string' && Object.hasOwn(commands, event)
}
