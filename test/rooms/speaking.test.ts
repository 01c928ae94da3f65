import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

describe('speaking in a local room', () => {
  const database = useDatabase()
  let node: TestNode
  const clock = createFakeClock()

  beforeAll(async () => {
    node = await startNode(database.db, { clock })
  })
  afterAll(() => node.rooms.stop(1000))

  const guest = (name: string, userId: string) => person(userId, { rooms: { [name]: ['join'] } })

  test('partials are shown and not kept; a final is kept with its times', async () => {
    const ann = await node.enter('partials', 'ann')
    await ann.says('he', { segment: 's1', final: false })
    await ann.says('hello', { segment: 's1', final: false })
    expect(ann.ephemeral).toMatchObject([
      { type: 'transcript.partial', actor: { id: 'ann' }, data: { segment: 's1', text: 'he' } },
      { type: 'transcript.partial', data: { segment: 's1', text: 'hello' } },
    ])
    const times = { start_ms: 10, end_ms: 900 }
    const command = { room: 'partials', segment: 's1', text: 'Hello.', final: true, ...times }
    expect(await ann.room.caption(ann.principal, command)).toEqual({ seq: 3 })
    expect(ann.seen).toMatchObject([
      {
        seq: 3,
        type: 'transcript.final',
        data: { segment: 's1', text: 'Hello.', source: 'caption', ...times },
      },
    ])
    expect(await node.log(ann.room)).toHaveLength(3)
  })

  test('finals are final once: at once, later, and after a restart', async () => {
    const ann = await node.enter('finals', 'ann')
    const both = await Promise.all([
      ann.says('one', { segment: 's' }),
      ann.says('other', { segment: 's' }),
    ])
    expect(both).toEqual([{ seq: 3 }, { seq: 3, duplicate: true }])
    expect(await ann.says('late', { segment: 's' })).toEqual({ seq: 3, duplicate: true })
    await ann.says('a partial after the final', { segment: 's', final: false })
    expect(ann.ephemeral).toEqual([])
    // Another person's segment of the same name is another segment.
    const ben = await node.attend(ann.room, guest('finals', 'ben'))
    expect(await ben.says('mine', { segment: 's' })).toEqual({ seq: 5 })

    await node.rooms.stop(1000)
    node = await startNode(database.db, { clock })
    const back = await node.enter('finals', 'ann')
    expect(await back.says('again', { segment: 's' })).toEqual({ seq: 3, duplicate: true })
    expect(await back.says('new', { segment: 's2' })).toEqual({ seq: 6 })
  })

  test('ids with spaces do not meet those of others', async () => {
    const { room } = await node.enter('spaces', 'ann')
    const one = await node.attend(room, guest('spaces', 'a b'))
    const two = await node.attend(room, guest('spaces', 'a'))
    expect(await one.says('x', { segment: 'c' })).not.toHaveProperty('duplicate')
    expect(await two.says('x', { segment: 'b c' })).not.toHaveProperty('duplicate')
    expect(await one.writes('x', { id: 'c' })).not.toHaveProperty('duplicate')
    expect(await two.writes('x', { id: 'b c' })).not.toHaveProperty('duplicate')
  })

  test('who opted out is not transcribed, also after a restart, until they opt in', async () => {
    const ann = await node.enter('private person', 'ann')
    await ann.room.setTranscription(ann.principal, true)
    await ann.room.setTranscription(ann.principal, false)
    await ann.room.setTranscription(ann.principal, false)
    expect(await refusal(ann.says('x'))).toBe('forbidden')
    expect(await refusal(ann.says('x', { final: false }))).toBe('forbidden')
    expect(await refusal(ann.writes('chat is theirs to write'))).toBe('done')
    expect(ann.room.participants()).toMatchObject([{ id: 'ann', opted_out: true }])

    await node.rooms.stop(1000)
    node = await startNode(database.db, { clock })
    const back = await node.enter('private person', 'ann')
    expect(back.ack.snapshot?.participants).toMatchObject([{ id: 'ann', opted_out: true }])
    expect(await refusal(back.says('x'))).toBe('forbidden')
    await back.room.setTranscription(back.principal, true)
    expect(await refusal(back.says('x'))).toBe('done')
    expect(await node.log(back.room)).toEqual([
      'room.opened system',
      'participant.joined ann',
      'participant.updated ann',
      'chat.message ann chat is theirs to write',
      'participant.updated ann',
      'transcript.final ann x',
    ])
  })

  test('of an opt-out and an opt-in at once the last holds', async () => {
    const ann = await node.enter('undecided', 'ann')
    await Promise.all([
      ann.room.setTranscription(ann.principal, false),
      ann.room.setTranscription(ann.principal, true),
    ])
    expect(ann.room.participants()).toMatchObject([{ opted_out: false }])
  })

  test('who is muted may not speak or write until its end by the clock, and is shown as muted', async () => {
    const owner = await node.enter('muted', 'owner')
    const ben = await node.attend(owner.room, guest('muted', 'ben'))
    await owner.acts('mute', 'ben', { minutes: 5 })
    const until = clock.now() + 300_000
    for (const work of [
      ben.says('x'),
      ben.says('x', { final: false }),
      ben.writes('x'),
      ben.writes('x', { to: 'owner' }),
    ])
      await expect(work).rejects.toMatchObject({ code: 'muted', details: { until } })
    expect(owner.room.participants()).toMatchObject([{ id: 'owner' }, { muted_until: until }])
    // A person who leaves and comes back is shown as muted still.
    ben.leave()
    await clock.advance(10_000)
    await node.event((event) => event.room === 'muted' && event.type === 'participant.left')
    await ben.join()
    expect(owner.seen.slice(-2)).toMatchObject([
      { type: 'participant.joined' },
      { type: 'participant.updated', actor: { id: 'ben' }, data: { muted_until: until } },
    ])
    await clock.advance(until - clock.now() - 1)
    expect(await refusal(ben.says('x'))).toBe('muted')
    await clock.advance(1)
    expect(await refusal(ben.says('free again'))).toBe('done')
    expect(owner.room.participants()[1]).not.toHaveProperty('muted_until')
  })

  test('who watches, or has only the right to, says nothing', async () => {
    const { room } = await node.enter('silent', 'owner')
    const watcher = await node.attend(room, guest('silent', 'wat'), { as: 'watch' })
    const only = person('eve', { rooms: { silent: ['watch'] } })
    const reader = await node.attend(room, only, { as: 'watch' })
    for (const one of [watcher, reader]) {
      expect(await refusal(one.says('x'))).toBe('forbidden')
      expect(await refusal(one.writes('x'))).toBe('forbidden')
      expect(await refusal(room.setTranscription(one.principal, false))).toBe('forbidden')
    }
    expect(await refusal(reader.join())).toBe('forbidden')
  })

  test('a private message reaches its author and its addressee; the others get hidden', async () => {
    const owner = await node.enter('whispers', 'owner')
    const ben = await node.attend(owner.room, guest('whispers', 'ben'))
    const cat = await node.attend(owner.room, guest('whispers', 'cat'))
    await ben.writes('between us', { to: 'cat' })
    const last = { seq: 5, type: 'chat.message', data: { text: 'between us' }, to: 'cat' }
    expect(ben.seen.at(-1)).toMatchObject(last)
    expect(cat.seen.at(-1)).toMatchObject(last)
    const hidden = {
      room: 'whispers',
      epoch: owner.room.epoch,
      seq: 5,
      at: clock.now(),
      type: 'hidden',
    }
    expect(owner.seen.at(-1)).toEqual(hidden)
    const { events } = await owner.room.history(owner.principal, 4, 10)
    expect(events).toEqual([hidden])
    // The room may say that moderators see them, from then on also what was before.
    await node.rooms.changeSettings(person('owner'), 'whispers', { moderators_see_private: true })
    await owner.join({ since: { epoch: owner.room.epoch, seq: 4 } })
    expect(owner.ack.events).toMatchObject([last])
    expect(await refusal(ben.writes('hello?', { to: 'nobody' }))).toBe('not_found')
  })
})
