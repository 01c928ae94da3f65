import { expect, test } from 'vitest'
import type { WireEvent } from '#protocol'
import { eventAt, saidAt } from '../room/model/fixture.ts'
import { bucketsOf } from './buckets.ts'
import { heatOverTime } from './heat.ts'
import { observeRun, quantile, type Runs, stageTimes } from './latency.ts'
import { eventRates } from './rate.ts'
import { speakerShares } from './speakers.ts'

const minute = 60_000

test('stretches are round, few, and hold the whole time', () => {
  for (const span of [0, 1, 9_000, 3 * minute, 61 * minute, 50 * 3_600_000]) {
    const { from, ms, count } = bucketsOf(1_000, 1_000 + span)
    expect(count).toBeLessThanOrEqual(41)
    expect(from + ms * count).toBeGreaterThan(1_000 + span)
    expect(from + ms * (count - 1)).toBeLessThanOrEqual(1_000 + span)
  }
  expect(bucketsOf(0, 3 * minute).ms).toBe(5_000)
})

test('who spoke how much, most first, over time', () => {
  const buckets = { from: 0, ms: minute, count: 2 }
  const events = [
    saidAt(1, 'one two three', 'Ana', 0),
    saidAt(2, 'four', 'Bob', 59_999),
    saidAt(3, 'five six', 'Ana', minute),
    saidAt(4, 'long after', 'Bob', 5 * minute),
    eventAt(5, 'chat.message', { text: 'not speech' }),
  ]
  expect(speakerShares(events, buckets)).toEqual([
    { id: 'ana', name: 'Ana', words: 5, turns: 2, share: 5 / 6, over: [3, 2] },
    { id: 'bob', name: 'Bob', words: 1, turns: 2, share: 1 / 6, over: [1, 0] },
  ])
})

test('the many who spoke little are taken together, and nothing of them is lost', () => {
  const events = Array.from({ length: 9 }, (_, i) => saidAt(i + 1, 'a '.repeat(i + 1), `P${i}`, 0))
  const shares = speakerShares(events, { from: 0, ms: minute, count: 1 }, 4)
  expect(shares.map(({ name, words }) => [name, words])).toEqual([
    ['P8', 9],
    ['P7', 8],
    ['P6', 7],
    ['6 others', 21],
  ])
  expect(shares.reduce((sum, { share }) => sum + share, 0)).toBeCloseTo(1)
})

test('heat is the score of what was flagged, halves each minute, and never passes 1', () => {
  const flagged = (seq: number, at: number, score: number) =>
    eventAt(
      seq,
      'moderation.flagged',
      {
        ...{ case: 'c', target: 'bob', categories: [], evidence: [], stage: 'rules' },
        scores: { harassment: score },
      },
      { at },
    )
  const warned = eventAt(2, 'moderation.acted', { target: 'bob', action: 'warn' }, { at: 30_000 })
  const buckets = { from: 0, ms: minute, count: 4 }
  const { over, marks, peak } = heatOverTime([flagged(1, 30_000, 0.8), warned], buckets)
  expect(over[0]).toBeCloseTo(0.8)
  expect(over[1]).toBeCloseTo(0.8 * 2 ** -0.5)
  expect(over[2]).toBeCloseTo(0.8 * 2 ** -1.5)
  expect(peak).toBeCloseTo(0.8)
  expect(marks).toEqual([{ at: 30_000, seq: 2, action: 'warn', target: 'bob' }])
  expect(heatOverTime([flagged(1, 0, 1), flagged(2, 1, 5)], buckets).peak).toBe(1)
})

test('who sees no scores sees the heat of what was done', () => {
  const removed = eventAt(1, 'moderation.acted', { target: 'b', action: 'remove' }, { at: 0 })
  expect(heatOverTime([removed], { from: 0, ms: minute, count: 1 }).peak).toBe(1)
})

test('a run is timed from its start to its first word, its answer and its end', () => {
  const started = (seq: number, run: string, at: number) =>
    eventAt(seq, 'run.started', { run, workflow: 'qa' }, { at })
  const delta = (run: string, at: number): WireEvent => ({
    ...{ room: 'r', epoch: 1, at, type: 'talkback.delta' },
    actor: { id: 'a', name: 'Aura', kind: 'agent' },
    data: { run, agent: 'a', index: 0, text: 't' },
  })
  const said = { agent: 'a', text: 't', voice: true }
  const events: WireEvent[] = [
    started(1, 'one', 1_000),
    delta('one', 1_040),
    delta('one', 1_090),
    eventAt(2, 'talkback.said', { ...said, run: 'one' }, { at: 1_200 }),
    eventAt(3, 'run.finished', { run: 'one', status: 'done' }, { at: 1_250 }),
    started(4, 'two', 2_000),
    eventAt(5, 'run.finished', { run: 'two', status: 'done' }, { at: 2_050 }),
    delta('never started', 3_000),
  ]
  const runs = events.reduce<Runs>(observeRun, new Map())
  expect(stageTimes(runs)).toEqual([
    { stage: 'first word', count: 1, p50: 40, p95: 40, max: 40 },
    { stage: 'answer said', count: 1, p50: 200, p95: 200, max: 200 },
    { stage: 'run finished', count: 2, p50: 50, p95: 250, max: 250 },
  ])
  expect(stageTimes(new Map())).toEqual([])
  expect(quantile([1, 2, 3, 4], 0.95)).toBe(4)
})

test('events a minute, by family', () => {
  const buckets = { from: 0, ms: 30_000, count: 1 }
  const rates = eventRates([saidAt(1, 'a'), saidAt(2, 'b'), eventAt(3, 'room.opened', {})], buckets)
  const of = (family: string) => rates.find((one) => one.family === family)
  expect(of('speech')).toEqual({ family: 'speech', total: 2, over: [4] })
  expect(of('people')?.over).toEqual([2])
  expect(of('chat')?.total).toBe(0)
})
