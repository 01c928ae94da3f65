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
  let stopped = false
  let running: Promise<void> | undefined
  let next: { at: number; cancel: () => void } | undefined
  /** How often it failed in a row. */
  let failures = 0
  /** How often it was wanted soon since the last time that nobody wanted it. */
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
    next?.cancel()
    next = undefined
    if (stopped) return
    if (running) {
      // what it sees now it may have looked past
      schedule(FIRST_RETRY_MS)
      return
    }
    running = compare()
      .then(
        () => {
          failures = 0
        },
        (error) => {
          trouble.met('reconcile', error)
          failures++
        },
      )
      .finally(() => {
        running = undefined
        if (failures > 0) schedule(Math.min(AWAY_MS, doubled(failures - 1)))
        else schedule(everyMs, forget)
      })
  }

  function forget() {
    wanted = 0
  }

  /** Unless it is due before that anyway. */
  function schedule(wait: number, calm = () => {}) {
    const at = clock.now() + wait
    if (stopped || (next && next.at <= at)) return
    next?.cancel()
    const cancel = clock.after(wait, () => {
      calm()
      run()
    })
    next = { at, cancel }
  }

  return {
    run,
    /** Something was lost: as soon as it makes sense, and ever more seldom if that does not help. */
    soon: () => schedule(Math.min(everyMs, doubled(wanted++))),
    async stop() {
      stopped = true
      next?.cancel()
      await running
    },
  }
}

function doubled(times: number): number {
  return FIRST_RETRY_MS * 2 ** times
}
