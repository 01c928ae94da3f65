import type { Clock } from '#rooms'

/** A clock for tests that moves only when it is told to. */
export function createFakeClock(start = 0) {
  let now = start
  let timers: { at: number; run: () => void }[] = []
  const clock: Clock = {
    now: () => now,
    after(ms, run) {
      const timer = { at: now + ms, run }
      timers.push(timer)
      return () => {
        timers = timers.filter((t) => t !== timer)
      }
    },
  }
  return {
    ...clock,
    /** Moves on, and runs what is due on the way. */
    pass(ms: number) {
      const goal = now + ms
      for (;;) {
        const [next] = timers.filter((t) => t.at <= goal).sort((a, b) => a.at - b.at)
        if (!next) break
        timers = timers.filter((t) => t !== next)
        now = next.at
        next.run()
      }
      now = goal
    },
    waiting: () => timers.length,
  }
}
