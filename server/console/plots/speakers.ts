import type { WireEvent } from '#protocol'
import { type Buckets, bucketAt } from './buckets.ts'

export interface SpeakerShare {
  id: string
  name: string
  words: number
  turns: number
  /** Of all words, 0..1. */
  share: number
  /** Words in each stretch of time. */
  over: readonly number[]
}

/**
 * Who spoke how much, over time, by words: a turn's length is not always known, its words are. Those who
 * spoke most come first; from `most` on they are taken together.
 */
export function speakerShares(
  events: readonly WireEvent[],
  buckets: Buckets,
  most = 6,
): SpeakerShare[] {
  const speakers = new Map<string, { name: string; turns: number; over: number[] }>()
  for (const event of events) {
    if (event.type !== 'transcript.final' || !('seq' in event)) continue
    const { actor, data } = event
    const blank = { name: actor.name, turns: 0, over: Array<number>(buckets.count).fill(0) }
    const one = speakers.get(actor.id) ?? blank
    speakers.set(actor.id, one)
    one.name = actor.name
    one.turns += 1
    const bucket = bucketAt(buckets, event.at)
    if (bucket !== undefined) one.over[bucket] = (one.over[bucket] ?? 0) + countWords(data.text)
  }
  const all = [...speakers]
    .map(([id, { name, turns, over }]) => ({ id, name, turns, over, words: sum(over) }))
    .sort((a, b) => b.words - a.words)
  const total = Math.max(1, sum(all.map(({ words }) => words)))
  const shown = all.length > most ? [...all.slice(0, most - 1), together(all.slice(most - 1))] : all
  return shown.map((one) => ({ ...one, share: one.words / total }))
}

function together(rest: Omit<SpeakerShare, 'share'>[]): Omit<SpeakerShare, 'share'> {
  const length = rest[0]?.over.length ?? 0
  return {
    id: '',
    name: `${rest.length} others`,
    turns: sum(rest.map(({ turns }) => turns)),
    words: sum(rest.map(({ words }) => words)),
    over: Array.from({ length }, (_, i) => sum(rest.map(({ over }) => over[i] ?? 0))),
  }
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((word) => word !== '').length
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0)
}
