import { ParticipantKind } from '@livekit/rtc-node'
import { expect, test } from 'vitest'
import { isPerson } from './person.ts'

const { AGENT, EGRESS, SIP, STANDARD } = ParticipantKind

test('agents, recorders and the faces of agents are no people; whoever only says so is one', () => {
  const others = new Map([
    ['robot', { kind: AGENT }],
    ['ann', { kind: STANDARD }],
  ])
  const is = (kind: ParticipantKind, attributes: Record<string, string> = {}) =>
    isPerson({ ParticipantKind }, { kind, attributes }, others)
  expect([STANDARD, SIP, AGENT, EGRESS].map((kind) => is(kind))).toEqual([true, true, false, false])
  const on = (identity: string) => is(STANDARD, { 'lk.publish_on_behalf': identity })
  expect(['robot', 'ann', 'nobody', ''].map(on)).toEqual([false, true, true, true])
})
