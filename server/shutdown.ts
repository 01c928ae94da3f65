import type { Logger } from './log.ts'

/** A phase of stopping, and how long it may take before the next begins anyway. */
export interface Phase {
  name: string
  withinMs: number
  run: () => unknown
}

/** Runs phases one after another. One that fails or hangs is logged and holds up nobody. */
export async function runPhases(phases: readonly Phase[], log: Logger): Promise<void> {
  for (const { name, withinMs, run } of phases) {
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), withinMs)
    })
    try {
      const outcome = await Promise.race([Promise.resolve().then(run), late])
      if (outcome === 'late')
        log.warn({ phase: name, withinMs }, 'a phase of stopping took too long')
    } catch (err) {
      log.error({ err, phase: name }, 'a phase of stopping failed')
    }
    clearTimeout(timer)
  }
}
