import type { RoomEvent, WireEvent } from '../events.ts'
import type { OpenSocket, SocketHandlers } from './socket.ts'

export interface Sent {
  command: string
  payload: Record<string, unknown>
  ack(answer: object): void
}

/** For tests: the hub's end of a socket, played by hand. */
export function fakeSocket() {
  const sent: Sent[] = []
  const frames: Uint8Array[] = []
  let handlers: SocketHandlers | undefined
  let connected = false
  let seen = 0
  let wake: (() => void) | undefined

  const open: OpenSocket = (_url, token, given) => {
    handlers = given
    return {
      get connected() {
        return connected
      },
      connect: () => void token().then(() => fake.connect()),
      close: () => {
        connected = false
      },
      reconnectAfter: () => undefined,
      frame: (_name, bytes) => void frames.push(bytes),
      emit: (command, payload, ack) => {
        // What crosses the wire is a copy, and an ack reaches only the connection that asked.
        const mine = connections
        const copy = structuredClone(payload) as Record<string, unknown>
        sent.push({ command, payload: copy, ack: (answer) => mine === connections && ack(answer) })
        wake?.()
      },
    }
  }
  let connections = 0
  const fake = {
    open,
    sent,
    frames,
    connect() {
      connections += 1
      connected = true
      handlers?.connected()
    },
    cut(code?: number) {
      connections += 1
      connected = false
      handlers?.disconnected(code)
    },
    refuse(code: string) {
      handlers?.refused({ code, message: code })
    },
    push(...events: WireEvent[]) {
      for (const event of events) handlers?.event(event)
    },
    /** The next command that the client sends, in order. */
    async next(command: string): Promise<Sent> {
      while (seen >= sent.length)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
      const one = sent[seen]
      seen += 1
      if (one?.command !== command) throw new Error(`expected ${command}, got ${one?.command}`)
      return one
    },
  }
  return fake
}

const ana = { id: 'ana', name: 'Ana', kind: 'person' } as const

export function final(seq: number, text = `turn ${seq}`, epoch = 1): RoomEvent {
  return {
    ...{ room: 'r', epoch, seq, id: `e${seq}`, at: seq, actor: ana, type: 'transcript.final' },
    data: { segment: `s${seq}`, text, source: 'caption' },
  }
}

export function finals(from: number, to: number, epoch = 1): RoomEvent[] {
  return Array.from({ length: to - from + 1 }, (_, i) => final(from + i, undefined, epoch))
}

export function partial(segment: string, text: string, at = 0): WireEvent {
  return {
    ...{ room: 'r', epoch: 1, at, actor: ana, type: 'transcript.partial' },
    data: { segment, text },
  }
}

export function hidden(seq: number): WireEvent {
  return { room: 'r', epoch: 1, seq, at: seq, type: 'hidden' }
}

export function fresh(seq: number, epoch = 1) {
  const settings = {
    ...{ moderators_see_private: false, empty_timeout_ms: 300_000 },
    ...{ voice: true, record: 'off', record_days: 30 },
    ...{ retention_days: null, admins_may_read: false },
  }
  const room = { name: 'r', status: 'open', opened_at: 1, listening: true, settings }
  const snapshot = { room, participants: [], agents: [], summary: null, upto: seq }
  return { ok: true, epoch, seq, recovered: false, events: [], snapshot }
}
