import { expect, test } from 'vitest'
import type { RoomEvent } from '#protocol'
import { createDedupe, ID_KEPT } from './dedupe.ts'

function setup() {
  let now = 1_000_000
  const dedupe = createDedupe({ now: () => now, after: () => () => {} })
  let runs = 0
  return {
    dedupe,
    pass(ms: number) {
      now += ms
    },
    now: () => now,
    runs: () => runs,
    once: (id: string, outcome: () => Promise<object> = async () => ({ seq: 1 })) =>
      dedupe.once(id, () => {
        runs += 1
        return outcome()
      }),
  }
}

test('runs once while it runs and after, and says so to all but the first', async () => {
  const { once, runs } = setup()
  const both = Promise.all([once('a'), once('a')])
  expect(await both).toEqual([{ seq: 1 }, { seq: 1, duplicate: true }])
  expect(await once('a')).toEqual({ seq: 1, duplicate: true })
  expect(runs()).toBe(1)
})

test('who waits for one that fails gets its failure, and the next may run', async () => {
  const { once, runs } = setup()
  const fails = () => Promise.reject(new Error('no'))
  const outcomes = await Promise.allSettled([once('a', fails), once('a')])
  expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  expect(await once('a')).toEqual({ seq: 1 })
  expect(runs()).toBe(2)
})

test('forgets after ten minutes, each at its time', async () => {
  const { once, pass, runs } = setup()
  await once('a')
  pass(1000)
  await once('b')
  pass(ID_KEPT - 1001)
  await once('a')
  expect(runs()).toBe(2)
  pass(1)
  await once('a')
  await once('b')
  expect(runs()).toBe(3)
})

test('remembers from the log what the ack had said', async () => {
  const { dedupe, once, now, runs } = setup()
  const place = { room: 'r', epoch: 1, seq: 7, id: 'e', at: now() }
  const actor = { id: 'ann', name: 'Ann', kind: 'person' as const }
  const events: [RoomEvent, object][] = [
    [{ ...place, actor, type: 'chat.message', data: { text: 'x' } }, { seq: 7 }],
    [{ ...place, actor, type: 'run.started', data: { run: 'r1', workflow: 'qa' } }, { run: 'r1' }],
    [
      {
        ...place,
        actor,
        type: 'moderation.acted',
        data: { case: 'c', target: 'b', action: 'warn' },
      },
      { case: 'c' },
    ],
    [{ ...place, actor, type: 'moderation.reviewed', data: { case: 'c', decision: 'undo' } }, {}],
    [{ ...place, actor, type: 'participant.updated', data: { opted_out: true } }, {}],
  ]
  for (const [event, outcome] of events) {
    dedupe.remember(event.type, event)
    expect(await once(event.type)).toEqual({ ...outcome, duplicate: true })
  }
  expect(runs()).toBe(0)
})
