/** What setTimeout can count; a longer time would fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Calls `run` at a time that may be years away. Returns what cancels it. */
export function runAt(time: number, clock: () => number, run: () => void): () => void {
  let timer: NodeJS.Timeout
  const arm = () => {
    const rest = time - clock()
    timer = rest > MAX_TIMER_MS ? setTimeout(arm, MAX_TIMER_MS) : setTimeout(run, Math.max(0, rest))
    timer.unref()
  }
  arm()
  return () => clearTimeout(timer)
}
