import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RoomSettings } from '#protocol'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

describe("a room's life", () => {
  const database = useDatabase()
  let node: TestNode
  const clock = createFakeClock()

  beforeAll(async () => {
    node = await startNode(database.db, { clock })
  })
  afterAll(() => node.rooms.stop(1000))

  const closed = (name: string) =>
    node.event((event) => event.room === name && event.type === 'room.closed')

  test('two who come first at once make one room, owned by one of them', async () => {
    const grant = { rooms: { 'new one': ['join' as const] } }
    const [ann, ben] = await Promise.all([
      node.enter('new one', person('ann', grant)),
      node.enter('new one', person('ben', grant)),
    ])
    expect(ann.room).toBe(ben.room)
    expect(['ann', 'ben']).toContain(ann.room.owner)
    const log = await node.log(ann.room)
    expect(log[0]).toBe('room.opened system')
    expect(log.slice(1).sort()).toEqual(['participant.joined ann', 'participant.joined ben'])
  })

  test('it is not made by who may not join it', async () => {
    const elsewhere = person('ann', { rooms: { other: ['join'] } })
    const watcher = person('ann', { rooms: { 'not made': ['watch'] } })
    expect(await refusal(node.enter('not made', elsewhere))).toBe('not_found')
    expect(await refusal(node.enter('not made', watcher))).toBe('not_found')
    expect(await refusal(node.rooms.get('not made', person('ben')))).toBe('not_found')
  })

  test('made by REST it is empty and open; made again is a conflict, for strangers not_found', async () => {
    const room = await node.rooms.create(person('ann'), 'by rest', { empty_timeout_ms: 60_000 })
    expect(room.view()).toMatchObject({ status: 'open', owner: 'ann', participants: 0, seq: 1 })
    expect(room.settings).toEqual(RoomSettings.parse({ empty_timeout_ms: 60_000 }))
    expect(await refusal(node.rooms.create(person('ann'), 'by rest', {}))).toBe('conflict')
    expect(await refusal(node.rooms.create(person('ben'), 'by rest', {}))).toBe('not_found')
    await clock.advance(60_000)
    await closed('by rest')
    expect(await node.log(room)).toEqual(['room.opened system', 'room.closed system empty'])
  })

  test('it closes when it has been empty for its timeout, not while anybody is there', async () => {
    const ann = await node.enter('empties', 'ann')
    await clock.advance(1_000_000)
    expect(ann.room.status).toBe('open')
    ann.leave()
    await clock.advance(10_000)
    await node.event((event) => event.room === 'empties' && event.type === 'participant.left')
    await clock.advance(RoomSettings.parse({}).empty_timeout_ms - 1)
    // Somebody comes at the last moment.
    await ann.join()
    await clock.advance(1_000_000)
    expect(ann.room.status).toBe('open')
    ann.leave()
    await clock.advance(10_000)
    await node.event((event) => event.room === 'empties' && event.seq === 5)
    const watcher = await node.enter('empties', 'ann', { as: 'watch' })
    await clock.advance(RoomSettings.parse({}).empty_timeout_ms)
    await closed('empties')
    expect(watcher.detached).toEqual(['closed'])
  })

  test('closed, everybody leaves, and says nothing more until a join opens it again', async () => {
    const ann = await node.enter('closes', 'ann')
    const ben = await node.attend(ann.room, person('ben', { rooms: { closes: ['join'] } }))
    await ann.says('before', { segment: 's' })
    await ann.room.close('closed')
    expect(ann.detached).toEqual(['closed'])
    expect(ben.seen.map((event) => event.type)).toEqual([
      'transcript.final',
      'participant.left',
      'participant.left',
      'room.closed',
    ])
    expect(await refusal(ben.says('x'))).toBe('room_closed')
    expect(await refusal(ben.writes('x'))).toBe('room_closed')
    expect(ann.room.view()).toMatchObject({
      status: 'closed',
      participants: 0,
      closed_at: clock.now(),
    })
    await ann.room.close('closed')
    const { epoch } = ann.ack
    await ben.join({ since: ben.ack })
    expect(ben.ack).toMatchObject({ recovered: true, epoch })
    expect(ann.room.view()).toMatchObject({ status: 'open', participants: 1 })
    // A new life: segments start anew.
    await ann.join()
    await ann.says('after', { segment: 's' })
    expect(await node.log(ann.room)).toEqual([
      'room.opened system',
      'participant.joined ann',
      'participant.joined ben',
      'transcript.final ann before',
      'participant.left ann closed',
      'participant.left ben closed',
      'room.closed system closed',
      'room.opened system',
      'participant.joined ben',
      'participant.joined ann',
      'transcript.final ann after',
    ])
  })

  test('many who come to a closed room at once open it once', async () => {
    const { room } = await node.enter('crowd', 'ann')
    await room.close('closed')
    const grant = { rooms: { crowd: ['join' as const] } }
    await Promise.all([1, 2, 3, 4].map((i) => node.attend(room, person(`p${i}`, grant))))
    const log = await node.log(room)
    expect(log.slice(4).filter((line) => line === 'room.opened system')).toHaveLength(1)
    expect(log[4]).toBe('room.opened system')
  })

  test('what comes while it closes is either before the closing or opens it again', async () => {
    const { room } = await node.enter('crossing', 'ann')
    const grant = { rooms: { crossing: ['join' as const] } }
    for (let round = 0; round < 20; round++) {
      const before = refusal(node.attend(room, person(`a${round}`, grant)))
      const closing = refusal(room.close('closed'))
      // In every other round the closing is on its way to the log when the next one comes.
      if (round % 2 === 0) await before.then(() => new Promise(setImmediate))
      const after = refusal(node.attend(room, person(`b${round}`, grant)))
      const outcomes = await Promise.all([before, closing, after])
      expect(['done', 'room_closed']).toContain(outcomes[0])
      expect(outcomes[2]).toBe('done')
    }
    // In the log nobody is in a closed room, and nobody is left behind by a closing.
    const present = new Set<string>()
    let open = false
    for (const line of await node.log(room)) {
      const [type, who = ''] = line.split(' ')
      if (type === 'room.opened') open = true
      if (type === 'room.closed') {
        expect([...present]).toEqual([])
        open = false
      }
      if (type === 'participant.joined') {
        expect(open).toBe(true)
        expect(present.has(who)).toBe(false)
        present.add(who)
      }
      if (type === 'participant.left') {
        expect(present.has(who)).toBe(true)
        present.delete(who)
      }
    }
  })

  test('nothing said while it closes comes after the closing', async () => {
    const ann = await node.enter('last words', 'ann')
    const before = ann.writes('before')
    const closing = ann.room.close('closed')
    await new Promise((resolve) => setImmediate(resolve))
    const after = refusal(ann.writes('after'))
    await Promise.all([before, closing])
    expect(await after).toBe('room_closed')
    expect((await node.log(ann.room)).at(-1)).toBe('room.closed system closed')
  })

  test('deleted and made again it is another room, with another epoch and an empty log', async () => {
    const ann = await node.enter('phoenix', 'ann')
    await ann.says('forget this')
    const { epoch, seq } = ann.ack
    await node.rooms.remove(person('ann'), 'phoenix')
    expect(ann.detached).toEqual(['closed'])
    expect(await refusal(node.rooms.get('phoenix', person('ann')))).toBe('not_found')
    expect(await refusal(ann.says('anybody there?'))).toBe('not_owner')
    const again = await node.enter('phoenix', 'ann', { since: { epoch, seq } })
    expect(again.ack).toMatchObject({ recovered: false, events: [], seq: 2 })
    expect(again.ack.epoch).toBeGreaterThan(epoch)
  })

  test('only its owner may delete it or change it', async () => {
    const { room } = await node.enter('mine', 'ann')
    const moderator = person('ben', { rooms: { mine: ['moderate'] } })
    for (const principal of [moderator, person('ann', { rooms: { mine: ['join'] } })]) {
      expect(await refusal(node.rooms.remove(principal, 'mine'))).toBe('forbidden')
      expect(await refusal(node.rooms.changeSettings(principal, 'mine', {}))).toBe('forbidden')
      expect(await refusal(node.rooms.setMember(principal, 'mine', 'eve', ['join']))).toBe(
        'forbidden',
      )
    }
    expect(await refusal(node.rooms.remove(person('eve'), 'mine'))).toBe('not_found')
    expect(room.status).toBe('open')
  })

  test('closed and idle it leaves the memory, and comes back whole', async () => {
    const ann = await node.enter('sleeps', 'ann')
    await ann.says('remember')
    await ann.room.close('closed')
    await clock.advance(30_000)
    await node.signal((signal) => signal.kind === 'released' && signal.room === ann.room)
    expect(node.rooms.live()).not.toContain(ann.room)
    const back = await node.enter('sleeps', 'ann', { since: ann.ack })
    expect(back.room).not.toBe(ann.room)
    expect(back.ack.recovered).toBe(true)
    expect(back.ack.events.map((event) => event.type)).toEqual([
      'transcript.final',
      'participant.left',
      'room.closed',
      'room.opened',
      'participant.joined',
    ])
  })

  test('a closed room with a watcher stays in memory until the watcher goes', async () => {
    const ann = await node.enter('watched', 'ann')
    await ann.room.close('closed')
    const watcher = await node.attend(ann.room, person('ann'), { as: 'watch' })
    expect(watcher.ack.snapshot?.room.status).toBe('closed')
    await clock.advance(60_000)
    expect(node.rooms.live()).toContain(ann.room)
    watcher.leave()
    await clock.advance(30_000)
    expect(node.rooms.live()).not.toContain(ann.room)
  })

  test('open rooms are brought to life at the start, closed ones when somebody asks', async () => {
    const open = await node.enter('was open', 'ann')
    const shut = await node.enter('was closed', 'ann')
    await shut.room.close('closed')
    await node.rooms.stop(1000)
    node = await startNode(database.db, { clock })
    await node.rooms.start()
    const names = node.rooms.live().map(({ name }) => name)
    expect(names).toContain(open.room.name)
    expect(names).not.toContain(shut.room.name)
    expect((await node.rooms.get('was closed', person('ann'))).status).toBe('closed')
  })
})
