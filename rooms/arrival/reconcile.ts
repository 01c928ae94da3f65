import type { RoomServiceClient } from 'livekit-server-sdk'
import type { Logger } from 'pino'
import type { Clock } from '../clock.ts'
import type { Stays } from './stays.ts'
import type { Trouble } from './trouble.ts'

const FIRST_RETRY_MS = 250
/** The longest wait for a LiveKit that does not answer: rooms of one that is back are entered at once. */
const AWAY_MS = 3_000

interface Deps {
  service: Pick<RoomServiceClient, 'listRooms'>
  stays: Stays
  trouble: Trouble
  clock: Clock
  log: Logger
  everyMs: number
}

/**
 * Compares the LiveKit rooms that there are with those that the node is in: at the start, again and again, and
 * whenever something may have been missed. LiveKit tells nobody of rooms that are older than the worker, forgets
 * the jobs of one that was cut off, and loses webhooks.
 */
export function createReconcile({ service, stays, trouble, clock, log, everyMs }: Deps) {
  let cancel = () => {}
  let stopped = false
  let running: Promise<void> | undefined
  let again = false
  /** How often it was wanted soon since all was well. */
  let wanted = 0

  async function compare(): Promise<void> {
    const before = stays.all()
    const found = await service.listRooms()
    trouble.over('reconcile')
    const arrivals = found.map(({ name, sid }) =>
      stays.arrive({ name, sid }, 'itself').catch((err: unknown) => {
        log.warn({ err, livekit_room: sid }, 'agents could not go to a LiveKit room')
      }),
    )
    const gone = before.filter(({ sid }) => !found.some((room) => room.sid === sid))
    await Promise.all([...arrivals, ...gone.map(({ name, sid }) => stays.over(name, sid))])
  }

  function run() {
    cancel()
    if (running) {
      again = true
      return
    }
    let wait = everyMs
    running = compare()
      .catch((error) => {
        trouble.met('reconcile', error)
        wait = Math.min(AWAY_MS, backoff())
      })
      .finally(() => {
        running = undefined
        if (stopped) return
        if (again) {
          again = false
          run()
        } else cancel = clock.after(wait, wait === everyMs ? runCalm : run)
      })
  }

  function runCalm() {
    wanted = 0
    run()
  }

  function backoff(): number {
    return Math.min(everyMs, FIRST_RETRY_MS * 2 ** wanted++)
  }

  return {
    run,
    /** Something was lost: as soon as it makes sense. */
    soon() {
      if (stopped) return
      cancel()
      cancel = clock.after(backoff(), run)
    },
    async stop() {
      stopped = true
      cancel()
      await running
    },
  }
}
