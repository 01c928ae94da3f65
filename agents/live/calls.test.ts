import { expect, test } from 'vitest'
import type { RoomEventOf } from '#protocol'
import { createCalls } from './calls.ts'

const said = (text: string, start: number): RoomEventOf<'transcript.final'> => ({
  ...{ room: 'garden', epoch: 1, id: `e${start}`, seq: start, at: start },
  type: 'transcript.final',
  actor: { id: 'ann', name: 'Ann', kind: 'person' },
  data: { segment: `s${start}`, text, source: 'speech', start_ms: start, end_ms: start + 1_000 },
})

test('a question that follows the name belongs to it, unless who said the name was forgotten', () => {
  const calls = createCalls({ name: () => 'Aura', people: () => ['Ann'] })
  const question = 'What is the budget?'
  expect(calls.of(said('Aura.', 0))).toEqual({})
  expect(calls.of(said(question, 2_000))).toEqual({ question })

  expect(calls.of(said('Aura.', 10_000))).toEqual({})
  calls.forget('ann')
  expect(calls.of(said(question, 12_000))).toBeUndefined()
})
