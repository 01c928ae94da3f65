import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Room } from '../types.ts'

/** Pauses between attempts, ms: the last one again and again. */
const PAUSES = [50, 150, 500, 1_000, 2_500, 5_000, 10_000]

interface Pass {
  /** Something changed while it ran: what it did may be old. */
  again: boolean
  /** Ends its pause. */
  wake: () => void
}

/**
 * Makes something true of a person in a room, one attempt after another until it succeeds. Asked again meanwhile, it
 * begins anew with what is wanted by then.
 */
export function createKeeper(
  { clock, log }: { clock: Clock; log: Logger },
  attempt: (room: Room, userId: string) => Promise<void>,
) {
  const passes = new Map<Room, Map<string, Pass>>()
  let stopped = false

  async function run(room: Room, userId: string, pass: Pass): Promise<void> {
    // whoever tells of a change has made it by then
    await undefined
    for (let failures = 0; !stopped; ) {
      pass.again = false
      try {
        await attempt(room, userId)
        failures = 0
      } catch (err) {
        failures += 1
        log.warn({ err, failures }, 'a restriction is not kept in LiveKit yet')
      }
      if (pass.again) continue
      if (failures === 0) break
      await new Promise<void>((resolve) => {
        const cancel = clock.after(PAUSES[failures - 1] ?? PAUSES.at(-1) ?? 0, resolve)
        pass.wake = () => {
          cancel()
          resolve()
        }
      })
    }
    // in one tick with the last look at `again`
    const ofRoom = passes.get(room)
    ofRoom?.delete(userId)
    if (ofRoom?.size === 0) passes.delete(room)
  }

  return {
    keep(room: Room, userId: string): void {
      const ofRoom = passes.get(room) ?? new Map<string, Pass>()
      passes.set(room, ofRoom)
      const running = ofRoom.get(userId)
      if (running) {
        running.again = true
        running.wake()
        return
      }
      const pass: Pass = { again: false, wake: () => {} }
      ofRoom.set(userId, pass)
      void run(room, userId, pass)
    },

    stop() {
      stopped = true
      for (const ofRoom of passes.values()) for (const pass of ofRoom.values()) pass.wake()
    },
  }
}
