import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Hearing, Speech } from '#rooms'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { enterMeeting, type Member, refusal, startNode, type TestNode } from '../support/rooms.ts'

const database = useDatabase()
const clock = createFakeClock()
/** What each microphone was given, and the way to say what was heard in it. */
const microphones: { told: Hearing; written: number[]; cuts: number }[] = []
/** Speech whose words the test says itself, since it is about which of them count. */
const speech: Speech = {
  listen(_, told) {
    const microphone = { told, written: [] as number[], cuts: 0 }
    microphones.push(microphone)
    return {
      write: (pcm) => void microphone.written.push(pcm[0] ?? 0),
      cut: () => void microphone.cuts++,
      end: async () => {},
    }
  },
  backlogMs: () => 0,
  stop: async () => {},
}
let node: TestNode

beforeAll(async () => {
  node = await startNode(database.db, { clock, speech })
})
afterAll(() => node.rooms.stop(1000))

const frame = (mark: number) => new Int16Array(160).fill(mark)

function speak({ room, principal }: Member) {
  const microphone = room.openMicrophone(principal, { sampleRate: 16_000 })
  const heard = microphones.at(-1)
  if (!heard) throw new Error('nobody listens')
  const says = (text: string) =>
    heard.told.final({ segment: `SG_${text}`, text, from: clock.now(), to: clock.now() })
  return { microphone, heard, says }
}

test('a muted person is not heard by their open microphone, and is again once restored', async () => {
  const { mod, ben, ann, room } = await enterMeeting(node, 'silenced')
  const { microphone, heard, says } = speak(ben)
  microphone.write(frame(1))
  says('before')
  await node.event(({ data }) => 'text' in data && data.text === 'before')

  await mod.acts('mute', 'ben')
  microphone.write(frame(2))
  microphone.write(frame(3))
  // what was under way in the transcriber when the mute came
  says('during')
  heard.told.partial('SG_during', 'dur')
  heard.told.speaking(true)
  heard.told.gap({ from: clock.now(), to: clock.now() + 100, reason: 'stalled' })
  expect(heard).toMatchObject({ written: [1], cuts: 1 })
  expect(await refusal((async () => speak(ben))())).toBe('muted')

  await mod.acts('restore', 'ben')
  microphone.write(frame(4))
  expect(heard).toMatchObject({ written: [1, 4], cuts: 1 })
  says('after')
  await node.event(({ data }) => 'text' in data && data.text === 'after')
  const said = (await node.log(room)).filter((line) => line.startsWith('transcript.'))
  expect(said).toEqual(['transcript.final ben before', 'transcript.final ben after'])
  expect(ann.ephemeral.filter(({ type }) => type !== 'agent.state')).toEqual([])
})

test('a mute that ends by itself lets a microphone be heard again; a removal never', async () => {
  const { mod, ben, ann, room } = await enterMeeting(node, 'ended')
  const [one, other] = [speak(ben), speak(ann)]
  await mod.acts('mute', 'ben', { minutes: 1 })
  one.microphone.write(frame(1))
  await clock.advance(60_000)
  one.microphone.write(frame(2))
  expect(one.heard.written).toEqual([2])
  await mod.acts('remove', 'ann')
  other.microphone.write(frame(3))
  other.says('gone')
  expect(other.heard).toMatchObject({ written: [], cuts: 1 })
  await mod.acts('restore', 'ann')
  // whoever is let in again is not in the room before they come
  other.microphone.write(frame(4))
  expect(other.heard.written).toEqual([])
  expect((await node.log(room)).filter((line) => line.startsWith('transcript.'))).toEqual([])
})
