export type Limiter = <T>(run: () => Promise<T>) => Promise<T>

/** At most `max` at once; the rest wait in the order in which they came. */
export function createLimiter(max: number): Limiter {
  const waiting: (() => void)[] = []
  let running = 0
  return async (run) => {
    if (running >= max) await new Promise<void>((resolve) => waiting.push(resolve))
    else running++
    try {
      return await run()
    } finally {
      // the place is handed on, so that nobody who comes now gets in front
      const next = waiting.shift()
      if (next) next()
      else running--
    }
  }
}
