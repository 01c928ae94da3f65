import type { RoomEventOf } from '#protocol'
import type { Clock } from '#rooms'
import type { Joiner } from '../graphs/auto_join.ts'

/** Who was cut off and comes back within this time was hardly away, ms: nobody greets them. */
const CUT_OFF_MS = 60_000

/** Where somebody left the room last. */
export interface Departure {
  seq: number
  at: number
  reason: RoomEventOf<'participant.left'>['data']['reason']
}

export interface JoinsDeps {
  clock: Clock
  delayMs: number
  /** Who left, by user id, as the log tells it. */
  departures: Map<string, Departure>
  greet(joiners: Joiner[]): void
}

/** Gathers who comes in: those who come within a short time are greeted together. */
export function createJoins({ clock, delayMs, departures, greet }: JoinsDeps) {
  let gathered: Joiner[] = []
  let cancel: (() => void) | undefined

  return {
    joined({ actor, seq, at }: RoomEventOf<'participant.joined'>) {
      if (actor.kind !== 'person') return
      const left = departures.get(actor.id)
      if (left?.reason === 'lost' && at - left.at < CUT_OFF_MS) return
      gathered = gathered.filter((joiner) => joiner.id !== actor.id)
      gathered.push({ id: actor.id, name: actor.name, seq, leftAt: left?.seq })
      cancel ??= clock.after(delayMs, () => {
        cancel = undefined
        const joiners = gathered
        gathered = []
        if (joiners.length > 0) greet(joiners)
      })
    },
    left({ actor, seq, at, data }: RoomEventOf<'participant.left'>) {
      departures.set(actor.id, { seq, at, reason: data.reason })
      gathered = gathered.filter((joiner) => joiner.id !== actor.id)
    },
    forget(userId: string) {
      departures.delete(userId)
      gathered = gathered.filter((joiner) => joiner.id !== userId)
    },
    stop: () => cancel?.(),
  }
}
