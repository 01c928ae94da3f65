import { signal } from '@preact/signals'
import { expect, test } from 'vitest'
import type { CaseView, WireEvent } from '#protocol/client'
import type { Session } from '../app/session.ts'
import { createDesk } from './store.ts'

const open = (id: string) => ({ case: id, status: 'open' }) as CaseView
const decided = (id: string) =>
  ({
    ...{ type: 'moderation.reviewed', at: 1, actor: { id: 'ada', name: 'Ada', kind: 'person' } },
    data: { case: id, decision: 'reject' },
  }) as WireEvent

/** A hub that answers each watch with the next of these lists. */
function deskOver(...answers: CaseView[][]) {
  let tell: (event: WireEvent) => void = () => {}
  const hub = {
    connected: true,
    watchDesk: async () => ({ ok: true, cases: answers.shift() ?? [] }),
    on(name: string, listener: typeof tell) {
      if (name === 'event') tell = listener
      return () => {}
    },
  }
  const desk = createDesk({ hub: signal(hub) } as unknown as Session)
  return { desk, answers, tell: (event: WireEvent) => tell(event) }
}

test('a case goes with what it is about, when that is erased', async () => {
  const about = (id: string, room: string) => ({ ...open(id), room, evidence: [7] })
  const { desk, tell } = deskOver([about('a', 'r'), about('b', 's')])
  await expect.poll(() => desk.cases.value.length).toBe(2)
  tell({ room: 'r', epoch: 1, seq: 7, at: 7, type: 'erased' })
  expect(desk.cases.value.map((one) => one.case)).toEqual(['b'])
  desk.stop()
})

test('when all that it was told of are decided, it asks for those that waited behind them', async () => {
  const { desk, answers, tell } = deskOver([open('a'), open('b')], [open('c')], [])
  await expect.poll(() => desk.cases.value.length).toBe(2)
  tell(decided('a'))
  expect(answers).toHaveLength(2)
  tell(decided('b'))
  await expect.poll(() => desk.cases.value.map((one) => one.case)).toEqual(['c'])
  tell(decided('c'))
  await expect.poll(() => desk.cases.value).toEqual([])
  tell(decided('c'))
  expect(answers).toEqual([])
  desk.stop()
})
