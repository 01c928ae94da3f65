import fc from 'fast-check'
import { expect, test } from 'vitest'
import { eventAt, hiddenAt, saidAt } from './fixture.ts'
import {
  addEvents,
  CHUNK,
  chunkOf,
  covers,
  emptyTimeline,
  entriesIn,
  entryAt,
  eventsOf,
  holes,
} from './timeline.ts'

const log = Array.from({ length: 300 }, (_, i) => saidAt(i + 1, `turn ${i + 1}`))
const none = emptyTimeline(1)

test('pages in any order, repeated or not, come to the same record', () => {
  const page = fc.tuple(fc.integer({ min: 0, max: 299 }), fc.integer({ min: 1, max: 120 }))
  fc.assert(
    fc.property(fc.array(page, { maxLength: 12 }), (pages) => {
      const slices = pages.map(([from, length]) => log.slice(from, from + length))
      const timeline = slices.reduce(addEvents, none)
      const have = new Set(slices.flat().map(({ seq }) => seq))
      expect(eventsOf(timeline)).toEqual(log.filter(({ seq }) => have.has(seq)))
      expect(entriesIn(timeline).length).toBe(have.size)
      const missing = holes(timeline, 300).flatMap(({ from, to }) =>
        Array.from({ length: to - from + 1 }, (_, i) => from + i),
      )
      expect(missing).toEqual(log.map(({ seq }) => seq).filter((seq) => !have.has(seq)))
      for (const { seq } of log) expect(covers(timeline, seq)).toBe(have.has(seq))
    }),
    { numRuns: 100 },
  )
})

test('what does not change is not made anew', () => {
  const before = addEvents(none, log.slice(0, 200))
  const after = addEvents(before, [saidAt(201, 'new')])
  const last = chunkOf(201)
  for (const chunk of after.chunks)
    if (chunk.id !== last) expect(chunk).toBe(before.chunks.find(({ id }) => id === chunk.id))
  expect(addEvents(after, log.slice(0, 200))).toBe(after)
})

test('what is erased takes the place of what was said, once', () => {
  const before = addEvents(none, log.slice(0, 200))
  const after = addEvents(before, [hiddenAt(70, 'erased'), hiddenAt(71, 'erased')] as never)
  expect(entriesIn(after).find(({ seq }) => seq === 70)).toMatchObject({
    ...{ kind: 'blank', why: 'erased', count: 2 },
  })
  expect(JSON.stringify(after)).not.toMatch(/turn 7[01]\b/)
  expect(eventsOf(after).map(({ seq }) => seq)).toEqual(eventsOf(before).map(({ seq }) => seq))
  expect(addEvents(after, [hiddenAt(70, 'erased')] as never)).toBe(after)
  // what was fetched before comes too late
  expect(addEvents(after, log.slice(60, 80))).toBe(after)
})

test('another epoch, and what has no seq, is left out', () => {
  const event = { ...saidAt(1, 'old'), epoch: 2 }
  const { seq: _, ...rest } = saidAt(2, 'not yet kept')
  expect(addEvents(none, [event, { ...rest, pending: true }])).toBe(none)
})

test('a run of hidden events is one entry, erased ones are another', () => {
  const events = [saidAt(1, 'a'), hiddenAt(2), hiddenAt(3), hiddenAt(4, 'erased'), saidAt(5, 'b')]
  const timeline = addEvents(none, events as never)
  expect(entriesIn(timeline).map((entry) => [entry.kind, entry.seq])).toEqual([
    ['turn', 1],
    ['blank', 2],
    ['blank', 4],
    ['turn', 5],
  ])
  expect(entryAt(timeline, 3)).toMatchObject({ kind: 'blank', count: 2, why: 'hidden' })
})

test('a seq that shows nothing leads to the next entry, also in another chunk', () => {
  const started = eventAt(CHUNK - 1, 'run.started', { run: 'r1', workflow: 'summarization' })
  const timeline = addEvents(none, [started, saidAt(CHUNK, 'next')])
  expect(entryAt(timeline, CHUNK - 1)?.seq).toBe(CHUNK)
  expect(entryAt(timeline, CHUNK + 1)).toBeUndefined()
})
