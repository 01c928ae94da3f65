import type { Clock } from '#rooms'

export interface FakeClock extends Clock {
  /** Lets time pass: what is due runs in its order, and what follows from it at once, too. */
  advance(ms: number): Promise<void>
}

/** A clock that stands still unless a test moves it. */
export function createFakeClock(start = Date.UTC(2026, 0, 1)): FakeClock {
  const timers = new Set<{ at: number; run: () => void }>()
  let now = start

  return {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.add(timer)
      return () => timers.delete(timer)
    },
    async advance(ms) {
      const end = now + ms
      for (;;) {
        await new Promise(setImmediate)
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (!next) break
        timers.delete(next)
        now = Math.max(now, next.at)
        next.run()
      }
      now = end
    },
  }
}

export interface SkippingClock extends Clock {
  /** Brings forward what is due within `ms` from now; from then on time runs as before. */
  skip(ms: number): void
}

/** Real time, of which a test may skip long waits. */
export function createSkippingClock(): SkippingClock {
  const timers = new Set<{ at: number; set: () => void }>()
  let skipped = 0

  return {
    now: () => Date.now() + skipped,
    after(ms, run) {
      let handle: NodeJS.Timeout | undefined
      const timer = {
        at: Date.now() + skipped + ms,
        set() {
          clearTimeout(handle)
          handle = setTimeout(
            () => {
              timers.delete(timer)
              run()
            },
            timer.at - Date.now() - skipped,
          )
        },
      }
      timers.add(timer)
      timer.set()
      return () => {
        timers.delete(timer)
        clearTimeout(handle)
      }
    },
    skip(ms) {
      skipped += ms
      for (const timer of [...timers].sort((a, b) => a.at - b.at)) timer.set()
    },
  }
}
