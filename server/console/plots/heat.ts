import type { WireEvent } from '#protocol'
import type { Buckets } from './buckets.ts'

/** Heat cools to the half in so long, ms. */
const HALF_LIFE_MS = 60_000
/** What an action alone says of the heat before it, for readers who don't see scores. */
const OF_ACTION = { warn: 0.4, mute: 0.7, remove: 1, restore: 0 } as const

export interface HeatPlot {
  /** Heat 0..1 at the end of each stretch, its highest within. */
  over: readonly number[]
  /** What was done, when. */
  marks: readonly { at: number; seq: number; action: 'warn' | 'mute' | 'remove'; target: string }[]
  peak: number
}

/** How heated the talk was, from what moderation found and did. */
export function heatOverTime(events: readonly WireEvent[], buckets: Buckets): HeatPlot {
  const over = Array<number>(buckets.count).fill(0)
  const marks: HeatPlot['marks'][number][] = []
  const strikes: { at: number; heat: number }[] = []
  for (const event of events) {
    if (!('seq' in event)) continue
    if (event.type === 'moderation.flagged') {
      const scores = Object.values(event.data.scores)
      strikes.push({ at: event.at, heat: Math.min(1, Math.max(0, ...scores)) })
    } else if (event.type === 'moderation.acted') {
      const { action, target } = event.data
      strikes.push({ at: event.at, heat: OF_ACTION[action] })
      if (action !== 'restore') marks.push({ at: event.at, seq: event.seq, action, target })
    }
  }
  strikes.sort((a, b) => a.at - b.at)
  let heat = 0
  let at = buckets.from
  let next = 0
  for (let i = 0; i < buckets.count; i++) {
    const end = buckets.from + (i + 1) * buckets.ms
    let highest = cooled(heat, buckets.from + i * buckets.ms - at)
    for (let one = strikes[next]; one !== undefined && one.at < end; one = strikes[++next]) {
      // a strike of what is flagged already heats no more than its own score says
      heat = Math.max(cooled(heat, one.at - at), one.heat)
      at = one.at
      highest = Math.max(highest, heat)
    }
    over[i] = highest
  }
  return { over, marks, peak: Math.max(0, ...over) }
}

function cooled(heat: number, ms: number): number {
  return heat * 2 ** (-Math.max(0, ms) / HALF_LIFE_MS)
}
