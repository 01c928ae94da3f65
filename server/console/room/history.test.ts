import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import type { RoomEvent } from '#protocol'
import type { Hub } from '#protocol/client'
import { createHistory } from './history.ts'
import { saidAt } from './model/fixture.ts'
import { addEvents, emptyTimeline, eventsOf, holes } from './model/timeline.ts'

/** A room of which the log is kept after a seq, read up to `head` events. */
function historyOf({ head, keptAfter }: { head: number; keptAfter: number }) {
  const log = Array.from({ length: head }, (_, i) => saidAt(i + 1, `turn ${i + 1}`))
  const timeline = signal(emptyTimeline(1))
  let asked = 0
  const command = async (_: string, { after = 0, limit = 500 }) => {
    asked += 1
    const from = Math.max(after, keptAfter)
    const events = log.slice(from, from + limit)
    return { events, more: from + events.length < head }
  }
  const history = createHistory({
    hub: { command: command as unknown as Hub['command'] },
    ...{ name: 'r', timeline, head: signal(head), isClosed: () => false },
    keep: (events) => {
      timeline.value = addEvents(timeline.value, events)
    },
  })
  const seqs = () => eventsOf(timeline.value).map(({ seq }: Pick<RoomEvent, 'seq'>) => seq)
  return { history, seqs, holes: () => holes(timeline.value, head), asked: () => asked }
}

test('all that is missing is read, newest first, a page at a time', async () => {
  const { history, seqs, holes, asked } = historyOf({ head: 1_200, keptAfter: 0 })
  expect(await history.bring(600)).toBe(600)
  await history.fillAll()
  expect([seqs().length, holes(), asked()]).toEqual([1_200, [], 3])
})

test('what a room keeps no more is missing no more', async () => {
  const { history, seqs, holes } = historyOf({ head: 1_200, keptAfter: 700 })
  await history.fill({ from: 1, to: 1_200 })
  expect(holes()).toEqual([{ from: 1, to: 700 }])
  await history.fill({ from: 1, to: 700 })
  await history.fillAll()
  expect([seqs()[0], seqs().length, holes()]).toEqual([701, 500, []])

  const nothing = historyOf({ head: 90, keptAfter: 90 })
  await nothing.history.fillAll()
  expect([nothing.seqs(), nothing.holes()]).toEqual([[], []])
})
