import type { Operations } from '#protocol'

/** The stages that an utterance goes through, in the order in which it does. */
const STAGES = [
  'transcription',
  'command',
  'append',
  'commit',
  'fanout',
  'decision',
  'graph',
  'model_first_token',
  'model',
  'talkback_first_words',
  'talkback',
] as const
type StageName = (typeof STAGES)[number]

/** How many of the newest times of a stage are remembered. */
const REMEMBERED = 1_024

/**
 * The newest times of each stage, for exact quantiles of what is going on now: a histogram's buckets are too
 * coarse for that, and hold all that ever was.
 */
export function createStages() {
  const stages = Object.fromEntries(
    STAGES.map((name) => [name, { times: new Float64Array(REMEMBERED), count: 0 }]),
  ) as Record<StageName, { times: Float64Array; count: number }>

  return {
    took(name: StageName, ms: number): void {
      const stage = stages[name]
      stage.times[stage.count % REMEMBERED] = ms
      stage.count += 1
    },
    times(): Operations['stages'] {
      return STAGES.map((stage) => {
        const { times, count } = stages[stage]
        const sorted = times.slice(0, Math.min(count, REMEMBERED)).sort()
        const at = (part: number) => round(sorted[Math.ceil(part * sorted.length) - 1] ?? 0)
        return { stage, count, p50_ms: at(0.5), p99_ms: at(0.99), max_ms: at(1) }
      })
    },
  }
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000
}
