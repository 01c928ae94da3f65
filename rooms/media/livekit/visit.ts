import type { Room as RtcRoom } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import type { Clock, Room } from '#rooms'
import type { Limiter } from '../../limiter.ts'
import { tellGap, unheardSince } from './gap.ts'
import { connect, disconnect, makeRoom, type Rtc } from './rtc.ts'
import type { Stay } from './stay.ts'
import type { LeaveReason } from './types.ts'

/**
 * How long LiveKit may take to let the agents in, ms: longer than rtc-node's own attempts, since one that succeeds
 * after another has begun would put that one out.
 */
const JOIN_MS = 40_000
/** The pauses between attempts to join, ms. */
const JOIN_PAUSES = [250, 1_000, 3_000]
/** The pauses between attempts to come back into a room that was lost, ms; the last one again and again. */
const REJOIN_PAUSES = [0, 250, 500, 1_000, 2_000, 5_000, 15_000]

export interface VisitDeps {
  rtc: () => Promise<Rtc>
  room: Room
  sid: string
  url: string
  gate: Limiter
  clock: Clock
  log: Logger
  /** When this hub began: what was not heard before is another's gap. */
  startedAt: number
  token(sid: string): Promise<string>
  sidOf(name: string): Promise<string | undefined>
  stay(rtc: Rtc, connected: RtcRoom): Stay
  /** It is over, and not by `leave`. */
  onOver(why: LeaveReason): void
}

/**
 * One LiveKit room that the agents are in: joins it, comes back where the connection is lost, and knows when it is over.
 */
export function createVisit(deps: VisitDeps) {
  const { room, clock, log, gate } = deps
  let sid = deps.sid
  let stay: Stay | undefined
  let left = false
  let wake = () => {}

  const pause = (ms: number) =>
    new Promise<void>((resolve) => {
      const cancel = clock.after(ms, resolve)
      wake = () => {
        cancel()
        resolve()
      }
    })

  return {
    room,
    sid: () => sid,
    stay: () => stay,

    async join(): Promise<void> {
      const before = unheardSince(room, deps.startedAt).catch((err) => {
        log.warn({ err }, 'whether somebody was not heard is not known')
        return undefined
      })
      await attempts(JOIN_PAUSES)
      const from = await before
      if (from !== undefined) gap(from, 'the hub was away')
    },

    async leave(): Promise<void> {
      left = true
      wake()
      const closing = stay
      stay = undefined
      await closing?.close()
    },
  }

  async function attempts(pauses: readonly number[]): Promise<void> {
    for (let failures = 0; ; failures++) {
      try {
        return await once()
      } catch (error) {
        const ms = pauses[failures]
        if (left || ms === undefined) throw error
        log.warn({ err: error, failures }, 'the agents did not get into a LiveKit room yet')
        await pause(ms)
      }
    }
  }

  async function once(): Promise<void> {
    const rtc = await deps.rtc()
    const connected = makeRoom(rtc, log)
    try {
      await gate(async () => {
        refuseLeft()
        const token = await deps.token(sid)
        await connect(connected, { url: deps.url, token, withinMs: JOIN_MS }, clock)
      })
      refuseLeft()
    } catch (error) {
      await disconnect(connected, clock)
      throw error
    }
    connected.on('disconnected', (reason) => void over(rtc, reason))
    // a server that was started again has made the room anew
    connected.on('reconnected', () => {
      connected.getSid().then(
        (now) => {
          sid = now === '' ? sid : now
        },
        // disconnected again
        () => undefined,
      )
    })
    connected.on('moved', () => void ended('moved'))
    stay = deps.stay(rtc, connected)
    // LiveKit may have ended it before somebody listened
    if (!connected.isConnected) void over(rtc, undefined)
  }

  function refuseLeft(): void {
    if (left) throw new Error('the agents were sent out while they joined')
  }

  /** rtc-node has given the connection up, after attempts of its own. */
  async function over(rtc: Rtc, reason: number | undefined): Promise<void> {
    const { DisconnectReason } = rtc
    if (left || !stay) return
    const closing = stay
    stay = undefined
    const unheard = closing.unheardSince()
    await closing.close().catch((err) => log.warn({ err }, 'a LiveKit room was not left cleanly'))
    switch (reason) {
      case DisconnectReason.ROOM_DELETED:
      case DisconnectReason.ROOM_CLOSED:
      case DisconnectReason.PARTICIPANT_REMOVED:
        return ended('ended')
      case DisconnectReason.DUPLICATE_IDENTITY:
        // another node took the room over
        return ended('lost')
    }
    log.info({ reason: reason ?? null }, 'the connection to a LiveKit room was lost')
    if (await back()) {
      if (unheard !== undefined) gap(unheard, 'LiveKit could not be reached')
      return
    }
    await ended('ended')
  }

  /** Comes back while the LiveKit room is there: joining would make one that is over anew. */
  async function back(): Promise<boolean> {
    for (let failures = 0; !left; failures++) {
      await pause(REJOIN_PAUSES[failures] ?? REJOIN_PAUSES.at(-1) ?? 0)
      if (left) return true
      try {
        const now = await deps.sidOf(room.name)
        if (now === undefined) return false
        sid = now
        await once()
        return true
      } catch (err) {
        if (!left) log.warn({ err, failures }, 'the agents are not back in a LiveKit room yet')
      }
    }
    return true
  }

  async function ended(why: LeaveReason): Promise<void> {
    if (left) return
    left = true
    const closing = stay
    stay = undefined
    deps.onOver(why)
    await closing?.close().catch((err) => log.warn({ err }, 'a LiveKit room was not left cleanly'))
  }

  function gap(from: number, reason: string): void {
    tellGap(deps, { from, to: clock.now(), reason })
  }
}

export type Visit = ReturnType<typeof createVisit>
