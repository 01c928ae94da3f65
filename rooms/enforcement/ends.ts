import type { Clock } from '../clock.ts'
import type { Room } from '../types.ts'

/** Timers overflow beyond 24 days, ms. */
const LONGEST_TIMER_MS = 86_400_000

/** Calls when a restriction of somebody in a room runs out by itself. */
export function createEnds(clock: Clock, over: (room: Room, userId: string) => void) {
  const timers = new Map<Room, Map<string, () => void>>()

  return {
    /** The restrictions of this person may be others now. */
    watch(room: Room, userId: string): void {
      const ofRoom = timers.get(room) ?? new Map<string, () => void>()
      timers.set(room, ofRoom)
      ofRoom.get(userId)?.()
      ofRoom.delete(userId)
      const ends = room
        .restricted()
        .flatMap(({ target, until }) => (target === userId && until !== null ? [until] : []))
      if (ends.length === 0) return
      const wait = Math.max(1, Math.min(Math.min(...ends) - clock.now(), LONGEST_TIMER_MS))
      ofRoom.set(
        userId,
        clock.after(wait, () => over(room, userId)),
      )
    },

    forget(room: Room): void {
      for (const cancel of timers.get(room)?.values() ?? []) cancel()
      timers.delete(room)
    },

    stop(): void {
      for (const ofRoom of timers.values()) for (const cancel of ofRoom.values()) cancel()
      timers.clear()
    },
  }
}
