import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { enterMeeting, person, refusal, startNode } from '../support/rooms.ts'

/** WIRE: two sockets are one participant; leaving is recorded 10 s after the last has gone. */
describe('presence', () => {
  const database = useDatabase()
  const clock = createFakeClock()
  let node: Awaited<ReturnType<typeof startNode>>

  beforeAll(async () => {
    node = await startNode(database.db, { clock })
  })
  afterAll(() => node.rooms.stop(1000))

  test('who comes first makes the room, owns it and is in it', async () => {
    const ann = await node.enter('first', person('ann', { name: 'Ann' }))
    expect(ann.room.owner).toBe('ann')
    expect(ann.ack).toMatchObject({
      recovered: false,
      events: [],
      seq: 2,
      epoch: ann.room.epoch,
      snapshot: {
        upto: 2,
        room: { name: 'first', status: 'open' },
        participants: [{ id: 'ann', name: 'Ann', kind: 'person', media: 'local' }],
      },
    })
    expect(await node.log(ann.room)).toEqual(['room.opened system', 'participant.joined ann'])
  })

  test('two sockets of a person are one participant, gone only when both are', async () => {
    const one = await node.enter('two sockets', 'ann')
    const two = await node.enter('two sockets', 'ann')
    one.leave()
    await clock.advance(60_000)
    expect(one.room.isPresent('ann')).toBe(true)
    two.leave()
    await clock.advance(9_999)
    await one.room.append([])
    expect(one.room.isPresent('ann')).toBe(true)
    await clock.advance(1)
    await node.event((event) => event.room === 'two sockets' && event.type === 'participant.left')
    expect(await node.log(one.room)).toEqual([
      'room.opened system',
      'participant.joined ann',
      'participant.left ann left',
    ])
  })

  test('coming back within the grace records nothing, and later leaving has a grace of its own', async () => {
    const ann = await node.enter('back', 'ann')
    ann.leave()
    await clock.advance(9_000)
    await ann.join({ since: ann.ack })
    ann.leave()
    await clock.advance(9_000)
    await ann.room.append([])
    expect(ann.room.isPresent('ann')).toBe(true)
    expect(await node.log(ann.room)).toHaveLength(2)
    await clock.advance(1_000)
    await node.event((event) => event.room === 'back' && event.type === 'participant.left')
  })

  test('a watcher is no participant, and keeps nobody in the room', async () => {
    const ann = await node.enter('watched', 'ann')
    const watcher = await node.enter('watched', 'ann', { as: 'watch' })
    ann.leave()
    await clock.advance(10_000)
    await node.event((event) => event.room === 'watched' && event.type === 'participant.left')
    expect(watcher.seen.map((event) => event.type)).toEqual(['participant.left'])
    expect(await refusal(watcher.says('hello'))).toBe('forbidden')
  })

  test('a participant that watches from now on leaves after the grace', async () => {
    const ann = await node.enter('steps back', 'ann')
    await ann.join({ as: 'watch' })
    expect(ann.room.isPresent('ann')).toBe(true)
    await clock.advance(10_000)
    await node.event((event) => event.room === 'steps back' && event.type === 'participant.left')
  })

  test('who is muted is not renamed, by a join of any socket, until that is over', async () => {
    const { owner, ann, room } = await enterMeeting(node, 'names of the muted')
    const nameOf = () => room.participants().find(({ id }) => id === 'ann')?.name
    await ann.join({ name: 'Ann' })
    await owner.acts('mute', 'ann')
    await ann.join({ name: 'You are all fools' })
    await node.attend(room, ann.principal, { name: 'Fools' })
    expect(nameOf()).toBe('Ann')
    await owner.acts('restore', 'ann')
    await ann.join({ name: 'Anna' })
    expect(nameOf()).toBe('Anna')
  })

  test('a join with another name renames, with the same name records nothing', async () => {
    const ann = await node.enter('names', 'ann', { name: 'Ann' })
    await ann.join({ name: 'Ann' })
    await ann.join()
    await ann.join({ name: 'Anna' })
    expect(ann.room.participants().find(({ id }) => id === 'ann')?.name).toBe('Anna')
    await ann.says('my name is Anna')
    expect(await node.log(ann.room)).toEqual([
      'room.opened system',
      'participant.joined ann',
      'participant.updated ann Anna',
      'transcript.final ann my name is Anna',
    ])
    expect(ann.seen.at(-1)).toMatchObject({ actor: { id: 'ann', name: 'Anna' } })
  })

  test('many joins of one person at once are one arrival', async () => {
    const room = (await node.enter('at once', 'owner')).room
    await node.rooms.setMember(person('owner'), 'at once', 'ben', ['join'])
    await Promise.all(Array.from({ length: 5 }, () => node.attend(room, person('ben'))))
    const log = await node.log(room)
    expect(log.filter((line) => line.startsWith('participant.joined ben'))).toHaveLength(1)
  })

  test('who goes while joining is recorded as come and gone', async () => {
    const { room } = await node.enter('hasty', 'owner')
    const ben = person('ben', { rooms: { hasty: ['join'] } })
    let attached = false
    const joining = room.join({ id: 'hasty socket', principal: ben }, { as: 'participant' }, () => {
      attached = true
    })
    room.leave('hasty socket')
    expect(await refusal(joining)).toBe('conflict')
    expect(attached).toBe(false)
    await node.event((event) => event.room === 'hasty' && event.actor.id === 'ben')
    await clock.advance(10_000)
    await node.event((event) => event.room === 'hasty' && event.type === 'participant.left')
    expect((await node.log(room)).slice(2)).toEqual([
      'participant.joined ben',
      'participant.left ben left',
    ])
  })

  test('a join that is refused leaves an earlier one of the same socket as it was', async () => {
    const { room } = await node.enter('renamed twice', 'owner')
    const ben = await node.attend(room, person('ben', { rooms: { 'renamed twice': ['join'] } }))
    // What the database cannot hold is refused; the reader stays.
    await expect(ben.join({ name: 'a\0b' })).rejects.toThrow()
    await clock.advance(20_000)
    await ben.says('still here')
    expect(ben.seen.map((event) => event.type)).toEqual(['transcript.final'])
  })

  test('who was present at a crash may come back; the others are recorded as lost', async () => {
    const ann = await node.enter('crash', 'ann')
    const members = { rooms: { crash: ['join' as const] } }
    await node.attend(ann.room, person('ben', members))
    // The process ends without a word, and starts again under its node id.
    const after = await startNode(database.db, { clock })
    await after.rooms.start()
    const back = await after.enter('crash', 'ann', { since: ann.ack })
    expect(back.ack.recovered).toBe(true)
    expect(back.ack.events.map((event) => event.type)).toEqual(['participant.joined'])
    expect(back.room.participants().map(({ id }) => id)).toEqual(['ann', 'ben'])
    await clock.advance(10_000)
    await after.event((event) => event.room === 'crash' && event.type === 'participant.left')
    back.leave()
    await clock.advance(10_000)
    await after.event((event) => event.room === 'crash' && event.actor.id === 'ann')
    expect(await after.log(back.room)).toEqual([
      'room.opened system',
      'participant.joined ann',
      'participant.joined ben',
      'participant.left ben lost',
      'participant.left ann left',
    ])
    await after.rooms.stop(1000)
    node = await startNode(database.db, { clock })
  })
})
