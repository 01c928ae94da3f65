import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

/** WIRE: the same id from the same user in the same room within 10 minutes is done once. */
describe('commands with an id', () => {
  const database = useDatabase()
  let node: TestNode
  const clock = createFakeClock()

  beforeAll(async () => {
    node = await startNode(database.db, { clock })
  })
  afterAll(() => node.rooms.stop(1000))

  const texts = async (room: Parameters<TestNode['log']>[0]) =>
    (await node.log(room)).filter((line) => line.startsWith('chat.message'))

  test('many at once are done once, and all get the same outcome', async () => {
    const ann = await node.enter('at once', 'ann')
    const acks = await Promise.all([1, 2, 3].map(() => ann.writes('hello', { id: 'a' })))
    expect(acks).toEqual([{ seq: 3 }, { seq: 3, duplicate: true }, { seq: 3, duplicate: true }])
    expect(await texts(ann.room)).toEqual(['chat.message ann hello'])
  })

  test('another user, or another room, is another command; without an id each is', async () => {
    const ann = await node.enter('others', 'ann')
    const ben = await node.attend(ann.room, person('ben', { rooms: { others: ['join'] } }))
    const other = await node.enter('elsewhere', 'ann')
    await ann.writes('1', { id: 'a' })
    await ben.writes('2', { id: 'a' })
    await other.writes('3', { id: 'a' })
    await ann.writes('4')
    await ann.writes('4')
    expect(await texts(ann.room)).toHaveLength(4)
    expect(await texts(other.room)).toHaveLength(1)
  })

  test('what was refused may be tried again under its id', async () => {
    const owner = await node.enter('refused', 'owner')
    const ben = await node.attend(owner.room, person('ben', { rooms: { refused: ['join'] } }))
    await owner.acts('mute', 'ben', { minutes: 1 })
    expect(await refusal(ben.writes('let me', { id: 'b' }))).toBe('muted')
    await clock.advance(60_000)
    expect(await ben.writes('let me', { id: 'b' })).not.toHaveProperty('duplicate')
    expect(await ben.writes('let me', { id: 'b' })).toHaveProperty('duplicate')
  })

  test('after a restart each command is still known, with the ack that it had', async () => {
    const owner = await node.enter('restart', 'owner')
    const members = { rooms: { restart: ['join' as const] } }
    await node.attend(owner.room, person('ben', members))
    const run = () => ({
      chat: owner.writes('hello', { id: '1' }),
      caption: owner.room.once(owner.principal, '2', () =>
        owner.room.caption(owner.principal, {
          ...{ id: '2', room: 'restart', segment: 's', text: 'said', final: true },
        }),
      ),
      act: owner.acts('mute', 'ben', { id: '3' }),
      optOut: owner.room.once(owner.principal, '4', async (commandId) => {
        await owner.room.setTranscription(owner.principal, false, commandId)
        return {}
      }),
    })
    const settle = async (work: Record<string, Promise<object>>) => {
      const acks: Record<string, object> = {}
      for (const [name, ack] of Object.entries(work)) acks[name] = await ack
      return acks
    }
    const first = await settle(run())
    const { case: caseId = '' } = first.act as { case?: string }
    const review = () => owner.reviews(caseId, 'undo', { id: '5' })
    first.review = await review()
    const log = await node.log(owner.room)

    await node.rooms.stop(1000)
    node = await startNode(database.db, { clock })
    owner.room = await node.rooms.get('restart', person('owner'))
    const again: Record<string, object> = await settle(run())
    again.review = await review()
    for (const [name, ack] of Object.entries(first))
      expect(again[name], name).toEqual({ ...ack, duplicate: true })
    expect(await node.log(owner.room)).toEqual(log)
  })

  test('after ten minutes the id is free, in memory and after a restart', async () => {
    const ann = await node.enter('old', 'ann')
    await ann.writes('old', { id: 'a' })
    await clock.advance(600_000)
    await ann.writes('new', { id: 'a' })
    await ann.writes('b', { id: 'b' })
    expect(await texts(ann.room)).toHaveLength(3)
    await clock.advance(600_000)
    await node.rooms.stop(1000)
    node = await startNode(database.db, { clock })
    const back = await node.enter('old', 'ann')
    expect(await back.writes('c', { id: 'b' })).not.toHaveProperty('duplicate')
  })
})
