import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { Operations } from '#protocol'

/** How late the event loop was: what everyone on the node waits in addition. */
export type LoopDelay = Operations['event_loop']

/** How often the loop is looked at, ms. */
const RESOLUTION = 20
/** What is told is of one such time that has passed, or of the first one so far. */
const WINDOW_MS = 10_000

/** Measures the delay of the event loop, of late rather than since the start. */
export function watchLoopDelay(): () => LoopDelay {
  const histogram = monitorEventLoopDelay({ resolution: RESOLUTION })
  histogram.enable()
  let last: LoopDelay | undefined
  // what is recorded is the whole time between two looks
  const late = (ns: number) => Math.max(0, Math.round(ns / 1e4) / 100 - RESOLUTION)
  const now = (): LoopDelay =>
    histogram.count === 0
      ? { p50_ms: 0, p99_ms: 0, max_ms: 0 }
      : {
          p50_ms: late(histogram.percentile(50)),
          p99_ms: late(histogram.percentile(99)),
          max_ms: late(histogram.max),
        }
  setInterval(() => {
    last = now()
    histogram.reset()
  }, WINDOW_MS).unref()
  return () => last ?? now()
}
