import type { BlankEvent, RoomEvent, WireEvent } from '#protocol'
import { type Entry, entryOf } from './entry.ts'

/** Seqs from one to the other, both included. */
export interface Span {
  from: number
  to: number
}

type Logged = RoomEvent | BlankEvent

/** A stretch of the log. What is shown is kept beside it, so that a chunk that did not change is not drawn again. */
export interface Chunk {
  id: number
  events: readonly Logged[]
  entries: readonly Entry[]
}

/**
 * As much of a room's log as the page has, in chunks by seq. There may be holes, where nothing was
 * fetched yet: `spans` say what is there.
 */
export interface Timeline {
  epoch: number
  chunks: readonly Chunk[]
  spans: readonly Span[]
}

/** Seqs of a chunk. */
export const CHUNK = 64

export function emptyTimeline(epoch: number): Timeline {
  return { epoch, chunks: [], spans: [] }
}

/**
 * With these events; what was there already, has no seq, or is of another epoch is left out. What is erased takes
 * the place of what it was. Pure.
 */
export function addEvents(timeline: Timeline, events: readonly WireEvent[]): Timeline {
  const fresh = new Map<number, Logged>()
  for (const event of events)
    if ('seq' in event && event.epoch === timeline.epoch && isNews(timeline, event as Logged))
      fresh.set(event.seq, event as Logged)
  if (fresh.size === 0) return timeline
  const chunks = new Map(timeline.chunks.map((chunk) => [chunk.id, chunk]))
  for (const [id, added] of groupBy(fresh.values(), ({ seq }) => chunkOf(seq))) {
    const before = (chunks.get(id)?.events ?? []).filter(({ seq }) => !fresh.has(seq))
    const all = [...before, ...added].sort((a, b) => a.seq - b.seq)
    chunks.set(id, { id, events: all, entries: entriesOf(all) })
  }
  return {
    epoch: timeline.epoch,
    chunks: [...chunks.values()].sort((a, b) => a.id - b.id),
    spans: merged([...timeline.spans, ...[...fresh.keys()].map((seq) => ({ from: seq, to: seq }))]),
  }
}

function isNews(timeline: Timeline, { seq, type }: Logged): boolean {
  if (!covers(timeline, seq)) return true
  if (type !== 'erased') return false
  const chunk = timeline.chunks.find(({ id }) => id === chunkOf(seq))
  return chunk?.events.some((one) => one.seq === seq && one.type !== 'erased') ?? false
}

/** With a stretch of which the log keeps nothing any more. Pure. */
export function addGone(timeline: Timeline, span: Span): Timeline {
  return { ...timeline, spans: merged([...timeline.spans, span]) }
}

export function covers(timeline: Timeline, seq: number): boolean {
  return timeline.spans.some(({ from, to }) => seq >= from && seq <= to)
}

/** What is missing between the beginning of the log and `head`. */
export function holes({ spans }: Timeline, head: number): Span[] {
  const found: Span[] = []
  let next = 1
  for (const { from, to } of spans) {
    if (from > next) found.push({ from: next, to: from - 1 })
    next = to + 1
  }
  if (head >= next) found.push({ from: next, to: head })
  return found
}

export function chunkOf(seq: number): number {
  return Math.floor(seq / CHUNK)
}

export function lastSeq({ spans }: Timeline): number {
  return spans.at(-1)?.to ?? 0
}

/** Every event that is there, oldest first. */
export function eventsOf({ chunks }: Timeline): Logged[] {
  return chunks.flatMap(({ events }) => events)
}

/** Every entry that is there, oldest first. */
export function entriesIn({ chunks }: Timeline): Entry[] {
  return chunks.flatMap(({ entries }) => entries)
}

/** The entry at a seq, or the next one that is shown: evidence may be something that is not. */
export function entryAt(timeline: Timeline, seq: number): Entry | undefined {
  for (const chunk of timeline.chunks) {
    if (chunk.id < chunkOf(seq)) continue
    const found = chunk.entries.find((entry) => lastOf(entry) >= seq)
    if (found !== undefined) return found
  }
  return undefined
}

function lastOf(entry: Entry): number {
  return entry.kind === 'blank' ? entry.seq + entry.count - 1 : entry.seq
}

/** Entries of events; a run of blank ones is one entry. */
function entriesOf(events: readonly Logged[]): Entry[] {
  const entries: Entry[] = []
  for (const event of events) {
    const entry = entryOf(event)
    const before = entries.at(-1)
    if (entry === undefined) continue
    if (
      entry.kind === 'blank' &&
      before?.kind === 'blank' &&
      before.why === entry.why &&
      before.seq + before.count === entry.seq
    )
      entries[entries.length - 1] = { ...before, count: before.count + 1 }
    else entries.push(entry)
  }
  return entries
}

function merged(spans: Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans.sort((a, b) => a.from - b.from)) {
    const before = result.at(-1)
    if (before === undefined || span.from > before.to + 1) result.push({ ...span })
    else before.to = Math.max(before.to, span.to)
  }
  return result
}

function groupBy<T>(items: Iterable<T>, keyOf: (item: T) => number): Map<number, T[]> {
  const groups = new Map<number, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [item])
    else group.push(item)
  }
  return groups
}
