import type { Clock } from '#rooms'

export interface BatchesDeps {
  clock: Clock
  /** Runs after so many new turns, or so long after the first of them, ms. */
  turns: number
  afterMs: number
  /** How many turns wait for a run. */
  pending(): number
  /** Takes in what waits, or some of it. */
  run(): Promise<void>
  failed(error: unknown): void
}

/** When a batch of turns is due. Runs never overlap: what comes meanwhile is in the next one. */
export function createBatches({ clock, turns, afterMs, pending, run, failed }: BatchesDeps) {
  let cancel: (() => void) | undefined
  let running: Promise<void> | undefined
  let stopped = false

  function start(): Promise<void> {
    cancel?.()
    cancel = undefined
    running ??= run()
      .catch(failed)
      .finally(() => {
        running = undefined
        schedule()
      })
    return running
  }

  /** After a failure too, so that it is tried again later. */
  function schedule() {
    if (stopped || running || pending() === 0) return
    cancel ??= clock.after(afterMs, () => void start())
  }

  return {
    heard() {
      if (stopped) return
      if (!running && pending() >= turns) void start()
      else schedule()
    },
    /** Takes in all that waits now; what fails is left for later. */
    async flush(): Promise<void> {
      await running
      for (let before = pending(); before > 0 && !stopped; before = pending()) {
        await start()
        if (pending() >= before) return
      }
    },
    stop() {
      stopped = true
      cancel?.()
    },
    settled: () => running ?? Promise.resolve(),
  }
}
