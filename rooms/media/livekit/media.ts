import type { Room } from '#rooms'
import { createLimiter } from '../../limiter.ts'
import { createIdentities } from './identity.ts'
import { createLookup } from './lookup.ts'
import { loadRtc, type Rtc } from './rtc.ts'
import { nameOfAgents } from './state.ts'
import { createStay } from './stay.ts'
import { agentToken } from './token.ts'
import type { LeaveReason, LiveKitDeps, LiveKitMedia, LiveKitPerson } from './types.ts'
import { createVisit, type Visit } from './visit.ts'

/** How many rooms are joined at once: of about 16, rtc-node fails some with `handle not found`. */
const JOINS = 5

/** The LiveKit rooms of this node: one process for all of them. */
export function createLiveKitMedia(deps: LiveKitDeps): LiveKitMedia {
  const { url, apiKey, apiSecret, bus, clock, log, nextId } = deps
  const visits = new Map<string, Visit & { joined: Promise<void> }>()
  const ofRoom = new Map<Room, Visit>()
  const personListeners = new Set<(room: Room, person: LiveKitPerson) => void>()
  const leftListeners = new Set<(room: Room, why: LeaveReason) => void>()
  const identities = createIdentities(apiSecret)
  const sidOf = createLookup({ url, apiKey, apiSecret })
  const gate = createLimiter(JOINS)
  const startedAt = clock.now()
  let loading: Promise<Rtc> | undefined
  let stopped = false

  const rtc = () => {
    loading ??= loadRtc()
    return loading
  }

  const unsubscribe = bus.subscribe((signal) => {
    const { room } = signal
    const visit = ofRoom.get(room)
    if (!visit) return
    visit.stay()?.signal(signal)
    const closedByHand =
      signal.kind === 'events' &&
      signal.events.some((one) => one.type === 'room.closed' && one.data.reason === 'closed')
    if (closedByHand || signal.kind === 'released' || signal.kind === 'erased')
      expel(visit, 'ended')
  })

  return {
    async enter(room, sid) {
      if (stopped) throw new Error('LiveKit media has stopped')
      const before = visits.get(room.name)
      if (before?.sid() === sid && before.room === room) return before.joined
      if (before) await forget(before)?.leave()
      const visit = begin(room, sid)
      try {
        await visit.joined
      } catch (error) {
        forget(visit)
        throw error
      }
    },

    async leave(name) {
      const visit = visits.get(name)
      if (visit) await forget(visit)?.leave()
    },

    entered: (name) => visits.get(name)?.sid(),
    people: (name) => visits.get(name)?.stay()?.people() ?? [],
    onPerson: (listener) => listen(personListeners, listener),
    onLeft: (listener) => listen(leftListeners, listener),

    async stop() {
      stopped = true
      unsubscribe()
      const open = [...visits.values()]
      await Promise.allSettled(open.map((visit) => forget(visit)?.leave()))
    },
  }

  function begin(room: Room, sid: string): Visit & { joined: Promise<void> } {
    const visit = createVisit({
      ...{ rtc, room, sid, url, gate, clock, log, startedAt, sidOf },
      token: (now) =>
        agentToken({ apiKey, apiSecret, room: room.name, sid: now, name: nameOfAgents(room) }),
      stay(loaded, connected) {
        const stay = createStay({
          ...{ rtc: loaded, connected, room, identities, clock, log, nextId },
          onPerson: (person) => tell(personListeners, room, person),
        })
        room.attachMedia(stay.media)
        return stay
      },
      onOver: (why) => expel(visit, why),
    })
    const entry = Object.assign(visit, { joined: visit.join() })
    visits.set(room.name, entry)
    ofRoom.set(room, visit)
    return entry
  }

  /** The visit, where it is the room's current one. */
  function forget(visit: Visit): Visit | undefined {
    const { room } = visit
    if (visits.get(room.name) !== visit) return undefined
    visits.delete(room.name)
    ofRoom.delete(room)
    room.attachMedia(undefined)
    return visit
  }

  function expel(visit: Visit, why: LeaveReason): void {
    const gone = forget(visit)
    if (!gone) return
    gone.leave().catch((err) => log.warn({ err }, 'a LiveKit room was not left cleanly'))
    tell(leftListeners, visit.room, why)
  }

  function tell<T>(listeners: Set<(room: Room, what: T) => void>, room: Room, what: T): void {
    for (const listener of listeners) {
      try {
        listener(room, what)
      } catch (err) {
        log.error({ err }, 'a listener of LiveKit media failed')
      }
    }
  }
}

function listen<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
