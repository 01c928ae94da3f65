import { afterAll, beforeAll, expect, test } from 'vitest'
import type { CaseView } from '#protocol'
import { createFakeClock } from '../support/clock.ts'
import { query, useDatabase } from '../support/postgres.ts'
import {
  enterMeeting,
  type Member,
  person,
  refusal,
  startNode,
  type TestNode,
} from '../support/rooms.ts'

const database = useDatabase()
let node: TestNode
const clock = createFakeClock()

beforeAll(async () => {
  node = await startNode(database.db, { clock })
})
afterAll(() => node.rooms.stop(1000))

const meeting = (name: string) => enterMeeting(node, name)

const caseOf = async ({ room }: Member, id: string): Promise<CaseView | undefined> =>
  (await room.cases()).find((one) => one.case === id)

test('a warning is a case and an event, seen whole by moderators and the target alone', async () => {
  const { mod, ann, ben, room } = await meeting('warn')
  const { case: id } = await mod.acts('warn', 'ben', { reason: 'language' })
  const whole = { case: id, target: 'ben', action: 'warn', reason: 'language', by: 'mod' }
  expect(mod.seen.at(-1)).toMatchObject({ type: 'moderation.acted', data: whole })
  expect(ben.seen.at(-1)).toMatchObject({ data: whole })
  expect(ann.seen.at(-1)).toMatchObject({ type: 'moderation.acted' })
  expect(ann.seen.at(-1)).toHaveProperty('data', { target: 'ben', action: 'warn' })
  expect(await caseOf(mod, id)).toMatchObject({
    ...{ status: 'acted', target: 'ben', action: 'warn', by: 'mod', decided_by: 'mod' },
    ...{ room: 'warn', until: null, stage: 'person', opened_at: clock.now() },
  })
  expect(await refusal(ben.says('still free'))).toBe('done')
  expect(await room.casesAbout('ben')).toHaveLength(1)
  const joined = await node.attend(room, mod.principal)
  expect(joined.ack.snapshot?.cases).toHaveLength(1)
  expect((await node.attend(room, ann.principal)).ack.snapshot).not.toHaveProperty('cases')
})

test('only who moderates acts or decides; nobody on themselves, nobody on the owner', async () => {
  const { owner, mod, ann, ben, room } = await meeting('who')
  expect(await refusal(ann.acts('warn', 'ben'))).toBe('forbidden')
  const stranger = person('eve', { role: 'moderator' })
  const act = { room: 'who', target: 'ben', action: 'warn' as const, reason: '' }
  expect(await refusal(room.act(stranger, act))).toBe('not_found')
  const admin = person('root', { role: 'admin' })
  expect(await refusal(room.act(admin, act))).toBe('not_found')
  expect(await refusal(mod.acts('mute', 'mod'))).toBe('invalid')
  expect(await refusal(mod.acts('remove', 'owner'))).toBe('forbidden')
  expect(await refusal(mod.acts('warn', 'nobody'))).toBe('not_found')
  expect(await refusal(mod.acts('restore', 'ben'))).toBe('conflict')
  const { case: id } = await owner.acts('mute', 'mod')
  expect(await refusal(ann.reviews(id, 'undo'))).toBe('forbidden')
  expect(await refusal(mod.reviews(id, 'undo'))).toBe('forbidden')
  expect(await refusal(mod.reviews('no such case', 'undo'))).toBe('not_found')
  expect(await refusal(ben.reviews('no such case', 'undo'))).toBe('forbidden')
  expect(await refusal(node.rooms.ofCase(id, ann.principal))).toBe('forbidden')
  expect(await refusal(node.rooms.ofCase(id, stranger))).toBe('not_found')
  expect(await node.rooms.ofCase(id, owner.principal)).toBe(room)
})

test('nobody locks the owner out while they are away', async () => {
  const { owner, mod } = await meeting('away')
  owner.leave()
  await clock.advance(10_000)
  await expect.poll(() => owner.room.isPresent('owner')).toBe(false)
  for (const action of ['warn', 'mute', 'remove'] as const)
    expect(await refusal(mod.acts(action, 'owner'))).toBe('forbidden')
  await owner.join()
})

test('who is removed is out at once, refused until the end, and then may come again', async () => {
  const { mod, ben, room } = await meeting('remove')
  const { case: id } = await mod.acts('remove', 'ben', { minutes: 1, reason: 'enough' })
  const until = clock.now() + 60_000
  expect(ben.seen.slice(-2)).toMatchObject([
    { type: 'moderation.acted', data: { case: id, action: 'remove', minutes: 1, until } },
    { type: 'participant.left', actor: { id: 'ben' }, data: { reason: 'removed' } },
  ])
  expect(ben.detached).toEqual(['removed'])
  for (const work of [
    ben.join(),
    ben.join({ as: 'watch' }),
    ben.says('x'),
    ben.writes('x'),
    room.history(ben.principal, 0, 10),
  ])
    await expect(work).rejects.toMatchObject({ code: 'removed', details: { until } })
  await clock.advance(60_000)
  await ben.join()
  expect(room.isPresent('ben')).toBe(true)
})

test('a removed person who is restored may come again at once', async () => {
  const { mod, ben } = await meeting('restore')
  const { case: id } = await mod.acts('remove', 'ben')
  expect(await refusal(ben.join())).toBe('removed')
  expect(await mod.acts('restore', 'ben', { reason: 'sorry' })).toEqual({ case: id })
  expect(await caseOf(mod, id)).toMatchObject({ status: 'undone', decided_by: 'mod' })
  expect(mod.seen.at(-1)).toMatchObject({
    type: 'moderation.acted',
    data: { case: id, action: 'restore', reason: 'sorry', by: 'mod' },
  })
  expect(await refusal(ben.join())).toBe('done')
})

test('a removal finds watchers too, and a join that is under way', async () => {
  const { mod, ben, room } = await meeting('everywhere')
  await mod.acts('mute', 'ben')
  const watcher = await node.attend(room, ben.principal, { as: 'watch' })
  ben.leave()
  await clock.advance(10_000)
  await node.event((event) => event.room === 'everywhere' && event.type === 'participant.left')
  const joining = refusal(ben.join())
  // Its coming is on its way to the log already.
  await new Promise(setImmediate)
  await mod.acts('remove', 'ben')
  expect(await joining).toBe('removed')
  expect(watcher.detached).toEqual(['removed'])
  await node.event(
    ({ room: name, type, actor, data }) =>
      name === 'everywhere' &&
      type === 'participant.left' &&
      actor.id === 'ben' &&
      data.reason === 'removed',
  )
  expect(room.isPresent('ben')).toBe(false)
  expect((await node.log(room)).slice(-4)).toEqual([
    'participant.joined ben',
    'participant.updated ben',
    'moderation.acted mod remove',
    'participant.left ben removed',
  ])
})

test('a removed moderator moderates no more', async () => {
  const { owner, mod, ben } = await meeting('fallen')
  const { case: id } = await mod.acts('mute', 'ben')
  await owner.acts('remove', 'mod')
  expect(await refusal(mod.acts('restore', 'ben'))).toBe('removed')
  expect(await refusal(mod.reviews(id, 'undo'))).toBe('removed')
  expect(await refusal(ben.says('x'))).toBe('muted')
})

test('muted again, the new mute holds alone, whether longer or shorter, also after a restart', async () => {
  let { mod, ben } = await meeting('again')
  const first = await mod.acts('mute', 'ben', { minutes: 60 })
  await clock.advance(1_000)
  const second = await mod.acts('mute', 'ben', { minutes: 1 })
  expect(await caseOf(mod, first.case)).toMatchObject({ status: 'acted', until: clock.now() })
  expect(await caseOf(mod, second.case)).toMatchObject({ until: clock.now() + 60_000 })
  await node.rooms.stop(1000)
  node = await startNode(database.db, { clock })
  mod = await node.enter('again', mod.principal)
  ben = await node.enter('again', ben.principal)
  expect(await caseOf(mod, first.case)).toMatchObject({ until: clock.now() })
  // To undo the one that was replaced changes nothing; to undo the other sets free.
  await mod.reviews(first.case, 'undo')
  expect(await refusal(ben.says('x'))).toBe('muted')
  await mod.reviews(second.case, 'undo')
  expect(await refusal(ben.says('x'))).toBe('done')
})

test('a restoring lifts both a mute and a removal, and each of their cases', async () => {
  const { mod, ben } = await meeting('both')
  const mute = await mod.acts('mute', 'ben', { minutes: 60 })
  const removal = await mod.acts('remove', 'ben', { minutes: 60 })
  expect(await mod.acts('restore', 'ben')).toEqual({ case: removal.case })
  for (const { case: id } of [mute, removal])
    expect(await caseOf(mod, id)).toMatchObject({ status: 'undone' })
  await ben.join()
  expect(await refusal(ben.says('x'))).toBe('done')
})

test('a review approves, or undoes what it lifts; decided cases are decided', async () => {
  const { mod, owner, ann, ben } = await meeting('review')
  const { case: id } = await mod.acts('mute', 'ben')
  await owner.reviews(id, 'approve', { note: 'right' })
  expect(owner.seen.at(-1)).toMatchObject({
    type: 'moderation.reviewed',
    actor: { id: 'owner' },
    data: { case: id, decision: 'approve', note: 'right' },
  })
  expect(ann.seen.at(-1)).toMatchObject({ type: 'hidden' })
  expect(await refusal(ben.says('x'))).toBe('muted')
  expect(await refusal(owner.reviews(id, 'approve'))).toBe('conflict')
  await owner.reviews(id, 'undo')
  expect(owner.seen.slice(-3)).toMatchObject([
    { type: 'moderation.reviewed', data: { decision: 'undo' } },
    { type: 'moderation.acted', data: { case: id, action: 'restore', target: 'ben' } },
    { type: 'participant.updated', actor: { id: 'ben' }, data: { muted_until: 0 } },
  ])
  expect(await refusal(ben.says('x'))).toBe('done')
  expect(await refusal(owner.reviews(id, 'undo'))).toBe('conflict')
  const warning = await mod.acts('warn', 'ben')
  await owner.reviews(warning.case, 'reject')
  expect(await caseOf(owner, warning.case)).toMatchObject({ status: 'rejected' })
})

test('an approval may set another end, of what can have one', async () => {
  const { mod, owner, ann, ben } = await meeting('longer')
  const { case: id } = await mod.acts('mute', 'ben', { minutes: 1 })
  expect(await refusal(owner.reviews(id, 'undo', { minutes: 5 }))).toBe('invalid')
  await owner.reviews(id, 'approve', { minutes: 30 })
  const view = await caseOf(owner, id)
  expect(view).toMatchObject({ status: 'approved', minutes: 30 })
  expect(ben.room.participants().find((p) => p.id === 'ben')?.muted_until).toBe(view?.until)
  expect(owner.seen.slice(-3)).toMatchObject([
    { type: 'moderation.reviewed', data: { case: id, decision: 'approve' } },
    { type: 'moderation.acted', data: { case: id, action: 'mute', minutes: 30 } },
    { type: 'participant.updated', actor: { id: 'ben' }, data: { muted_until: view?.until } },
  ])
  await owner.reviews(id, 'undo')
  expect(await refusal(ben.says('x'))).toBe('done')
  const warning = await mod.acts('warn', 'ann')
  expect(await refusal(owner.reviews(warning.case, 'approve', { minutes: 5 }))).toBe('invalid')
  const first = await mod.acts('mute', 'ann', { minutes: 1 })
  await mod.acts('mute', 'ann', { minutes: 2 })
  expect(await refusal(owner.reviews(first.case, 'approve', { minutes: 5 }))).toBe('conflict')
  expect(await refusal(ann.says('x'))).toBe('muted')
})

test('who came first and owns the room, but may not moderate it, is moderated as anyone', async () => {
  const first = await node.enter('first', person('ann', { rooms: { first: ['join'] } }))
  const mod = await node.attend(first.room, person('mod', { rooms: { first: ['moderate'] } }))
  expect(first.room.owner).toBe('ann')
  await mod.acts('mute', 'ann')
  expect(await refusal(first.says('x'))).toBe('muted')
})

test('who has left can be kept out', async () => {
  const { mod, ann } = await meeting('gone')
  await mod.acts('remove', 'ann', { minutes: 1 })
  await mod.acts('restore', 'ann')
  expect(ann.room.isPresent('ann')).toBe(false)
  await mod.acts('remove', 'ann', { minutes: 1 })
  expect(await refusal(ann.join())).toBe('removed')
})

test('actions on one person at once happen one after another', async () => {
  const { mod, owner, ben } = await meeting('race')
  await Promise.all([
    mod.acts('mute', 'ben', { minutes: 5 }),
    owner.acts('mute', 'ben', { minutes: 10 }),
    mod.acts('restore', 'ben'),
    owner.acts('mute', 'ben', { minutes: 1 }),
  ])
  await expect(ben.says('x')).rejects.toMatchObject({ details: { until: clock.now() + 60_000 } })
  const held = (await mod.room.cases()).filter(
    (one) => one.status === 'acted' && one.until !== null && one.until > clock.now(),
  )
  expect(held).toMatchObject([{ minutes: 1 }])
})

test('the policy acts with its finding: flag, case and action together', async () => {
  const { mod, ann, ben, room } = await meeting('policy')
  const { seq = 0 } = await ben.says('something vile')
  const finding = {
    ...{ case: 'case-of-policy', categories: ['harassment'], scores: { harassment: 0.9 } },
    ...{ evidence: [seq], stage: 'rules', gravity: 'high' as const },
  }
  const request = { target: 'ben', action: 'mute' as const, minutes: 5, reason: 'harassment' }
  const acted = await room.enforce({ ...request, by: 'policy', finding })
  expect(acted).toEqual({ case: 'case-of-policy' })
  const types = ['moderation.flagged', 'moderation.acted', 'participant.updated']
  expect(mod.seen.slice(-3).map((event) => event.type)).toEqual(types)
  expect(ann.seen.slice(-3).map((event) => event.type)).toEqual(['hidden', ...types.slice(1)])
  expect(await caseOf(mod, 'case-of-policy')).toMatchObject({
    ...{ by: 'policy', stage: 'rules', evidence: [seq], scores: { harassment: 0.9 } },
  })
  expect(await refusal(ben.says('x'))).toBe('muted')
})

test('a case older than those in memory is still decided, and ends its restriction', async () => {
  let { mod } = await meeting('many')
  const { case: id } = await mod.acts('mute', 'ben')
  await database.db.withSystem('test', (tx) =>
    tx.execute(`
      insert into moderation_cases
        select 'many ' || i, room_id, 'ann', 'ann', 'acted', 'warn', null, null, 'r', 'policy', 'rules',
          '{}', '{}', '{}', opened_at + i, null, null, null
        from moderation_cases, generate_series(1, 1100) i where id = '${id}'`),
  )
  await node.rooms.stop(1000)
  node = await startNode(database.db, { clock })
  mod = await node.enter('many', mod.principal)
  const ben = await node.enter('many', person('ben', { rooms: { many: ['join'] } }))
  expect(await caseOf(mod, id)).toBeUndefined()
  expect(await refusal(ben.says('x'))).toBe('muted')
  await mod.reviews(id, 'undo')
  expect(await refusal(ben.says('x'))).toBe('done')
  expect(await refusal(mod.reviews(id, 'undo'))).toBe('conflict')
  expect((await mod.room.cases())[0]?.case).toBe('many 1100')
})

test('when its rows cannot be written nothing holds: no event, no case, no restriction', async () => {
  const { mod, ben, room } = await meeting('atomic')
  await mod.acts('mute', 'ben', { minutes: 7 })
  const until = clock.now() + 420_000
  const before = await node.log(room)
  await query(
    database.adminUrl,
    `create function refuse() returns trigger language plpgsql as $$ begin raise 'no'; end $$;
     create trigger refuse before insert on restrictions for each row execute function refuse()`,
  )
  await expect(mod.acts('mute', 'ben', { id: 'm' })).rejects.toThrow('no')
  await expect(mod.acts('remove', 'ben')).rejects.toThrow('no')
  expect(await node.log(room)).toEqual(before)
  expect(await room.cases()).toHaveLength(1)
  expect(ben.detached).toEqual([])
  expect(room.isPresent('ben')).toBe(true)
  await expect(ben.says('x')).rejects.toMatchObject({ code: 'muted', details: { until } })
  await query(database.adminUrl, 'drop trigger refuse on restrictions')
  expect(await mod.acts('mute', 'ben', { id: 'm' })).not.toHaveProperty('duplicate')
  await expect(ben.says('x')).rejects.toMatchObject({ details: { until: null } })
})
