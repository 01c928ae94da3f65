import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RoomSettings } from '#protocol'
import { useDatabase } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

describe('rights', () => {
  const database = useDatabase()
  let node: TestNode

  beforeAll(async () => {
    node = await startNode(database.db)
  })
  afterAll(() => node.rooms.stop(1000))

  const owner = person('owner')

  test('the owner moderates; members have what they were given; others know of nothing', async () => {
    const { room } = await node.enter('ladder', owner)
    await node.rooms.setMember(owner, 'ladder', 'mod', ['moderate'])
    await node.rooms.setMember(owner, 'ladder', 'ann', ['join'])
    await node.rooms.setMember(owner, 'ladder', 'wat', ['watch'])
    const may = async (userId: string) => [
      await refusal(node.enter('ladder', userId, { as: 'watch' })),
      await refusal(node.enter('ladder', userId)),
      await refusal(
        room.act(person(userId), { room: 'ladder', target: 'x', action: 'warn', reason: '' }),
      ),
    ]
    // `not_found` at the end: there is no x to warn.
    expect(await may('mod')).toEqual(['done', 'done', 'not_found'])
    expect(await may('ann')).toEqual(['done', 'done', 'forbidden'])
    expect(await may('wat')).toEqual(['done', 'forbidden', 'forbidden'])
    expect(await may('eve')).toEqual(['not_found', 'not_found', 'not_found'])
    expect(room.rightsOf(person('eve', { role: 'admin' }))).toEqual([])
    expect(room.rightsOf(person('eve', { role: 'moderator' }))).toEqual([])
  })

  test('a token with rooms has these rights and no others, the owner and members included', async () => {
    const { room } = await node.enter('narrow', owner)
    await node.rooms.setMember(owner, 'narrow', 'ann', ['moderate'])
    const watching = { rooms: { narrow: ['watch' as const] } }
    for (const userId of ['owner', 'ann', 'stranger']) {
      expect(room.rightsOf(person(userId, watching))).toEqual(['watch'])
      expect(room.rightsOf(person(userId, { rooms: {} }))).toEqual([])
      expect(await refusal(node.enter('narrow', person(userId, watching)))).toBe('forbidden')
      expect(await refusal(node.enter('narrow', person(userId, { rooms: {} })))).toBe('not_found')
    }
  })

  test('a room may be named as what every object has', async () => {
    for (const name of ['constructor', '__proto__', 'toString', 'hasOwnProperty']) {
      const { room } = await node.enter(name, owner)
      const elsewhere = person('eve', { rooms: { other: ['moderate'] } })
      expect(room.rightsOf(elsewhere)).toEqual([])
      expect(await refusal(node.enter(name, elsewhere))).toBe('not_found')
      const granted = person('eve', { rooms: Object.fromEntries([[name, ['join' as const]]]) })
      expect(await refusal(node.enter(name, granted))).toBe('done')
    }
  })

  test('whose membership is revoked leaves at once, watching or taking part', async () => {
    const boss = await node.enter('revoked', owner)
    await node.rooms.setMember(owner, 'revoked', 'ann', ['join'])
    await node.rooms.setMember(owner, 'revoked', 'wat', ['watch'])
    const ann = await node.enter('revoked', 'ann')
    const wat = await node.enter('revoked', 'wat', { as: 'watch' })
    const rights = node.signals.filter((signal) => signal.kind === 'rights').length
    await node.rooms.removeMember(owner, 'revoked', 'ann')
    await node.rooms.removeMember(owner, 'revoked', 'wat')
    expect(ann.detached).toEqual(['revoked'])
    expect(wat.detached).toEqual(['revoked'])
    expect(boss.detached).toEqual([])
    expect(node.signals.filter((signal) => signal.kind === 'rights').length).toBe(rights + 2)
    expect(boss.seen.at(-1)).toMatchObject({
      type: 'participant.left',
      actor: { id: 'ann' },
      data: { reason: 'removed' },
    })
    expect(await refusal(ann.says('x'))).toBe('not_found')
    expect(await refusal(ann.join())).toBe('not_found')
    expect(await refusal(wat.room.history(wat.principal, 0, 1))).toBe('not_found')
    expect(await refusal(node.rooms.removeMember(owner, 'revoked', 'ann'))).toBe('not_found')
  })

  test('who may only watch from now on takes part no more, and watches on', async () => {
    const boss = await node.enter('demoted', owner)
    await node.rooms.setMember(owner, 'demoted', 'ann', ['join'])
    const ann = await node.enter('demoted', 'ann')
    const beside = await node.enter('demoted', 'ann', { as: 'watch' })
    await node.rooms.setMember(owner, 'demoted', 'ann', ['watch'])
    expect(boss.room.isPresent('ann')).toBe(false)
    expect(ann.detached).toEqual(['revoked'])
    expect(beside.detached).toEqual([])
    expect(await refusal(ann.join())).toBe('forbidden')
    expect(await refusal(ann.join({ as: 'watch', since: ann.ack }))).toBe('done')
    expect(ann.ack.recovered).toBe(true)
  })

  test('a right that is gained holds at once', async () => {
    const boss = await node.enter('promoted', owner)
    await node.rooms.setMember(owner, 'promoted', 'ann', ['join'])
    const ann = await node.enter('promoted', 'ann')
    await boss.acts('warn', 'ann')
    expect(await refusal(ann.acts('warn', 'owner'))).toBe('forbidden')
    await node.rooms.setMember(owner, 'promoted', 'ann', ['moderate'])
    expect(ann.detached).toEqual([])
    await node.rooms.setMember(owner, 'promoted', 'ben', ['join'])
    await node.enter('promoted', 'ben')
    const { case: id } = await ann.acts('warn', 'ben')
    await boss.reviews(id, 'approve')
    expect(ann.seen.at(-1)).toMatchObject({ type: 'moderation.reviewed' })
  })

  test('members and settings outlive the process', async () => {
    await node.enter('kept', owner)
    await node.rooms.setMember(owner, 'kept', 'ann', ['watch', 'join'])
    await node.rooms.changeSettings(owner, 'kept', { empty_timeout_ms: 5_000 })
    await node.rooms.stop(1000)
    node = await startNode(database.db)
    const room = await node.rooms.get('kept', owner)
    expect(room.rightsOf(person('ann'))).toEqual(['watch', 'join'])
    expect(room.settings).toEqual(RoomSettings.parse({ empty_timeout_ms: 5_000 }))
  })

  test('the desk lists what one owns, moderates as a member, or has a grant for', async () => {
    for (const name of ['d1', 'd2', 'd3']) await node.enter(name, person('desk owner'))
    await node.rooms.setMember(person('desk owner'), 'd1', 'desk', ['moderate'])
    await node.rooms.setMember(person('desk owner'), 'd2', 'desk', ['join'])
    const names = async (principal: ReturnType<typeof person>) =>
      (await node.rooms.moderated(principal)).map(({ name }) => name).sort()
    expect(await names(person('desk owner'))).toEqual(['d1', 'd2', 'd3'])
    expect(await names(person('desk'))).toEqual(['d1'])
    const grants = { rooms: { d3: ['moderate' as const], d2: ['join' as const], none: [] } }
    expect(await names(person('desk', grants))).toEqual(['d3'])
    expect(await names(person('eve', { role: 'admin' }))).toEqual([])
  })
})
