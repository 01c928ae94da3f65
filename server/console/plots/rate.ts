import type { WireEvent } from '#protocol'
import { type Buckets, bucketAt } from './buckets.ts'

const FAMILIES = ['speech', 'chat', 'agents', 'moderation', 'people'] as const
type Family = (typeof FAMILIES)[number]

export interface EventRate {
  family: Family
  total: number
  /** Events a minute in each stretch of time. */
  over: readonly number[]
}

/** How many events a minute there were, by what they are about. */
export function eventRates(events: readonly WireEvent[], buckets: Buckets): EventRate[] {
  const counts = new Map(FAMILIES.map((family) => [family, Array<number>(buckets.count).fill(0)]))
  for (const event of events) {
    if (!('seq' in event)) continue
    const family = familyOf(event.type)
    const bucket = bucketAt(buckets, event.at)
    const over = family === undefined ? undefined : counts.get(family)
    if (over !== undefined && bucket !== undefined) over[bucket] = (over[bucket] ?? 0) + 1
  }
  const minutes = buckets.ms / 60_000
  return [...counts].map(([family, over]) => ({
    family,
    total: over.reduce((a, b) => a + b, 0),
    over: over.map((n) => n / minutes),
  }))
}

function familyOf(type: string): Family | undefined {
  if (type.startsWith('transcript.')) return 'speech'
  if (type.startsWith('chat.')) return 'chat'
  if (type.startsWith('talkback.') || type.startsWith('run.') || type.startsWith('summary.'))
    return 'agents'
  if (type.startsWith('moderation.')) return 'moderation'
  if (type.startsWith('participant.') || type.startsWith('room.')) return 'people'
  return undefined
}
