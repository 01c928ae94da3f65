import type { Logger } from 'pino'
import { type Clock, sleep } from '../clock.ts'
import type { Room } from '../types.ts'

/**
 * How often LiveKit is asked who is there while somebody is muted or removed, ms. It tells others of who comes and
 * publishes nothing up to 3 s later, and who was removed is not to listen, nor who is muted to write, for so long.
 */
const EVERY_MS = 200
/** The longest pause where it does not answer, ms. */
const SLOWEST_MS = 5_000

export interface WatchDeps {
  clock: Clock
  log: Logger
  /** Whether there is anything to watch. */
  wanted(room: Room): boolean
  look(room: Room): Promise<void>
}

/** Looks into LiveKit rooms again and again, each for as long as that is wanted. */
export function createWatch({ clock, log, wanted, look }: WatchDeps) {
  const running = new Set<Room>()
  let stopped = false

  async function run(room: Room): Promise<void> {
    let pause = EVERY_MS
    while (!stopped && wanted(room)) {
      try {
        await look(room)
        pause = EVERY_MS
      } catch (err) {
        if (pause === EVERY_MS) log.warn({ err }, 'LiveKit does not say who is in a room')
        pause = Math.min(pause * 2, SLOWEST_MS)
      }
      await sleep(clock, pause)
    }
    running.delete(room)
  }

  return {
    start(room: Room): void {
      if (running.has(room) || !wanted(room)) return
      running.add(room)
      void run(room)
    },
    stop(): void {
      stopped = true
    },
  }
}
