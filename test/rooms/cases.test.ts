import { afterAll, beforeAll, expect, test } from 'vitest'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { enterMeeting, type Member, refusal, startNode, type TestNode } from '../support/rooms.ts'

const database = useDatabase()
let node: TestNode
const clock = createFakeClock()

beforeAll(async () => {
  node = await startNode(database.db, { clock })
})
afterAll(() => node.rooms.stop(1000))

const meeting = (name: string) => enterMeeting(node, name)

const propose = ({ room }: Member, action: 'warn' | 'mute' | 'remove', target = 'ben') =>
  room.propose({
    ...{ target, action, reason: 'an insult', ...(action === 'warn' ? {} : { minutes: 5 }) },
    ...{ expiresAt: clock.now() + 60_000, onExpiry: 'reject' as const },
    finding: {
      ...{ categories: ['harassment'], scores: { harassment: 0.9 }, evidence: [3] },
      ...{ stage: 'rules', gravity: 'grave' as const },
    },
  })
const until = ({ room }: Member, id: string) =>
  room.participants().find((one) => one.id === id)?.muted_until

test('one that waits is told to moderators alone, and does nothing', async () => {
  const { owner, ben } = await meeting('waits')
  const { case: id } = await propose(owner, 'mute')
  expect(owner.seen.at(-1)).toMatchObject({
    type: 'moderation.flagged',
    data: {
      ...{ case: id, target_name: 'ben', action: 'mute', minutes: 5, gravity: 'grave' },
      ...{ expires_at: clock.now() + 60_000, on_expiry: 'reject', reason: 'an insult' },
    },
  })
  expect(ben.seen.at(-1)).toMatchObject({ type: 'hidden' })
  expect(await refusal(ben.says('x'))).toBe('done')
  expect(await owner.room.restricted()).toEqual([])
})

test('approved with a change, it does that instead; undone, it leaves nothing behind', async () => {
  const { owner, mod, ben, room } = await meeting('changes')
  const { case: id } = await propose(owner, 'warn')
  await mod.reviews(id, 'approve', { action: 'remove', minutes: 2 })
  expect(await refusal(ben.join())).toBe('removed')
  expect(room.restricted()).toEqual([
    {
      ...{ target: 'ben', target_name: 'ben', kind: 'removed', case: id },
      until: clock.now() + 120_000,
    },
  ])
  await owner.reviews(id, 'undo')
  expect(await refusal(ben.join())).toBe('done')
  expect(room.restricted()).toEqual([])
  const { case: acted } = await mod.acts('mute', 'ben')
  await owner.reviews(acted, 'approve', { action: 'warn' })
  expect(await refusal(ben.says('x'))).toBe('done')
  expect(await room.caseOf(acted)).toMatchObject({ status: 'approved', action: 'warn' })
})

test('what an action replaced holds again once it is undone, also after a restart', async () => {
  let { owner, mod, ben } = await meeting('given back')
  const first = await mod.acts('mute', 'ben', { minutes: 60 })
  const end = clock.now() + 3_600_000
  await clock.advance(60_000)
  const second = await owner.acts('mute', 'ben', { minutes: 5 })
  const third = await mod.acts('mute', 'ben', { minutes: 1 })
  await node.rooms.stop(1000)
  node = await startNode(database.db, { clock })
  owner = await node.enter('given back', owner.principal)
  mod = await node.enter('given back', mod.principal)
  ben = await node.enter('given back', ben.principal)
  await owner.reviews(second.case, 'undo')
  expect(until(owner, 'ben')).toBe(clock.now() + 60_000)
  await owner.reviews(third.case, 'undo')
  expect(until(owner, 'ben')).toBe(end)
  expect(owner.seen.slice(-2)).toMatchObject([
    { type: 'moderation.acted', data: { case: first.case, action: 'mute', until: end } },
    { type: 'participant.updated', actor: { id: 'ben' }, data: { muted_until: end } },
  ])
  expect(await owner.room.caseOf(first.case)).toMatchObject({ status: 'acted', until: end })
  await mod.acts('restore', 'ben')
  expect(await refusal(ben.says('x'))).toBe('done')
})

test('what is over by then does not come back', async () => {
  const { owner, mod, ben } = await meeting('over')
  await mod.acts('mute', 'ben', { minutes: 1 })
  const second = await mod.acts('mute', 'ben', { minutes: 60 })
  await clock.advance(60_000)
  await owner.reviews(second.case, 'undo')
  expect(await refusal(ben.says('x'))).toBe('done')
})

test('nobody changes a proposal to an action on the owner, or decides about themselves', async () => {
  const { owner, mod } = await meeting('owned')
  const { case: id } = await propose(mod, 'mute', 'owner')
  expect(await refusal(mod.reviews(id, 'approve', { action: 'remove' }))).toBe('forbidden')
  expect(await refusal(mod.reviews(id, 'approve', { minutes: 500 }))).toBe('forbidden')
  expect(await refusal(owner.reviews(id, 'reject'))).toBe('forbidden')
  await mod.reviews(id, 'reject')
  expect(await mod.room.caseOf(id)).toMatchObject({ status: 'rejected', decided_by: 'mod' })
  await expect(mod.reviews(id, 'approve')).rejects.toMatchObject({
    code: 'conflict',
    details: { status: 'rejected', decided_by: 'mod' },
  })
})

test('a claim keeps others off for five minutes, or until it is given up or decided', async () => {
  const { owner, mod, ben, room } = await meeting('claims')
  const { case: id } = await propose(owner, 'warn')
  const claim = (by: Member, on: boolean) => room.claim(by.principal, { case: id, on })
  const claimed = async () => (await room.caseOf(id))?.claimed_by
  expect(await refusal(claim(ben, true))).toBe('forbidden')
  await claim(mod, true)
  await expect(claim(owner, true)).rejects.toMatchObject({
    code: 'conflict',
    details: { claimed_by: 'mod' },
  })
  expect(await refusal(claim(owner, false))).toBe('conflict')
  expect(await claimed()).toBe('mod')
  await clock.advance(300_000)
  expect(await claimed()).toBeNull()
  await claim(owner, true)
  await claim(owner, false)
  await claim(mod, true)
  const told = owner.ephemeral.flatMap((event) =>
    event.type === 'moderation.claimed' ? [event.data.by] : [],
  )
  expect(told).toEqual(['mod', null, 'owner', null, 'mod'])
  // a courtesy only
  await owner.reviews(id, 'approve')
  expect(await claimed()).toBeNull()
  expect(await refusal(claim(mod, true))).toBe('conflict')
})
