import { EventEmitter } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { Room as RtcRoom } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import { z } from 'zod'
import type { Clock } from '#rooms'

export type Rtc = typeof import('@livekit/rtc-node')

/** What a text that a participant sends may be long, bytes: what the hub's own chat takes, and some more. */
const MAX_STREAM_BYTES = 32 * 1024
/** A disconnect that LiveKit does not answer is given up after so long, ms. */
const DISCONNECT_MS = 3_000

/**
 * Loads rtc-node, with its native part, when the first room is joined. Its own logger writes to stdout, with
 * identities in the messages, and has no setting: it is silenced.
 */
export async function loadRtc(): Promise<Rtc> {
  const rtc = await import('@livekit/rtc-node')
  const require = createRequire(import.meta.url)
  const own = require(join(dirname(require.resolve('@livekit/rtc-node')), 'log.cjs'))
  own.log.level = 'silent'
  return rtc
}

export interface Connecting {
  url: string
  token: string
  /** Rejects when it takes longer, ms. */
  withinMs: number
}

/** A room of rtc-node, ready to connect: its handlers can be set before. */
export function makeRoom(rtc: Rtc, log: Logger): RtcRoom {
  const room = new rtc.Room()
  guard(room, log)
  return room
}

/** Connects, or gives up in time: what connects too late is disconnected again. */
export async function connect(
  room: RtcRoom,
  { url, token, withinMs }: Connecting,
  clock: Clock,
): Promise<void> {
  const connecting = room.connect(url, token, {
    autoSubscribe: false,
    dynacast: false,
    dataStream: { maxPayloadByteLength: MAX_STREAM_BYTES },
  })
  let late = false
  let cancel = () => {}
  const timeout = new Promise<never>((_, reject) => {
    cancel = clock.after(withinMs, () => {
      late = true
      reject(new Error('LiveKit did not let the agents in within the time'))
    })
  })
  connecting.then(
    () => (late ? disconnect(room, clock) : undefined),
    // told by the race, or too late to matter
    () => undefined,
  )
  try {
    await Promise.race([connecting, timeout])
  } finally {
    cancel()
  }
  answerRpc(room)
}

/** Whoever calls a method gets an answer, that there is none; rtc-node waits for nobody to catch what goes wrong. */
function answerRpc({ localParticipant }: RtcRoom): void {
  if (!localParticipant) return
  const answer = localParticipant.handleRpcMethodInvocation.bind(localParticipant)
  localParticipant.handleRpcMethodInvocation = (...call) => answer(...call).catch(() => undefined)
}

/** Never rejects, and never takes long. */
export async function disconnect(room: RtcRoom, clock: Clock): Promise<void> {
  let cancel = () => {}
  const enough = new Promise<void>((resolve) => {
    cancel = clock.after(DISCONNECT_MS, resolve)
  })
  await Promise.race([room.disconnect().catch(() => undefined), enough])
  cancel()
  room.removeAllListeners()
  // rtc-node does so only where the hub was the one to leave: a room that LiveKit ended would hear events for ever
  const client: unknown = Reflect.get(globalThis, '_ffiClientInstance')
  const handler: unknown = Reflect.get(room, 'onFfiEvent')
  if (client instanceof EventEmitter && isHandler(handler)) client.off('ffi_event', handler)
}

interface NativeEvent {
  message: { case?: string | undefined; value?: { roomHandle?: bigint } }
}
type Handler = (event: NativeEvent) => Promise<void>

/**
 * rtc-node handles native events in an async function that nobody catches: what it does not expect (a track that ends
 * after its participant has gone, a participant that is there already) would end the process as an unhandled
 * rejection. And it gives each event to every room, each frame of sound too: those are left out here, which is most
 * of the work with many rooms.
 */
function guard(room: RtcRoom, log: Logger): void {
  const inner: unknown = Reflect.get(room, 'onFfiEvent')
  if (!isHandler(inner)) throw new Error('this version of rtc-node handles events differently')
  let handle: bigint | undefined
  const handler: Handler = async (event) => {
    const { case: kind, value } = event.message
    if (kind !== 'roomEvent' && kind !== 'rpcMethodInvocation') return
    handle ??= handleOf(room)
    if (kind === 'roomEvent' && handle !== undefined && value?.roomHandle !== handle) return
    try {
      await inner(event)
    } catch (err) {
      log.warn({ err }, 'an event of a LiveKit room was not understood')
    }
  }
  Reflect.set(room, 'onFfiEvent', handler)
}

function isHandler(value: unknown): value is Handler {
  return typeof value === 'function'
}

function handleOf(room: RtcRoom): bigint | undefined {
  const held: unknown = Reflect.get(room, 'ffiHandle')
  const parsed = z.object({ handle: z.bigint() }).safeParse(held)
  return parsed.success ? parsed.data.handle : undefined
}
