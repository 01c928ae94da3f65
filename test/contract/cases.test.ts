import { expect, test } from 'vitest'
import type { CaseView, RoomEventOf, WireEvent } from '#protocol'
import { reduceCases } from '#protocol/client'
import { errorOf, good, type Person, useHub } from './support.ts'

/** The wire of cases that wait for a person: their policy, the desk, claims, reviews, restrictions. */

const setting = useHub()
const { connect, rest, roomName } = setting
const INSULT = 'Shut up, you fucking idiot.'
const pathOf = (room: string, rest = '') => `/api/v1/rooms/${encodeURIComponent(room)}${rest}`

/** A room whose moderation waits for a person, with two moderators at their desks. */
async function meeting(settings: object = { waits: ['warn', 'mute', 'remove'] }) {
  const room = roomName()
  const [ada, mallory] = [
    await connect('ada', { role: 'moderator' }),
    await connect('mallory', { name: 'Mallory', rooms: { [room]: ['join'] } }),
  ]
  const mod = await connect('mod', { rooms: { [room]: ['moderate'] } })
  for (const person of [ada, mallory]) good(await person.emit('room.join', { room }))
  good(await mod.emit('room.join', { room, as: 'watch' }))
  const put = await rest(pathOf(room, '/agents/moderation'), {
    ...{ as: 'ada', method: 'PUT', body: { settings } },
  })
  expect(put).toMatchObject({ status: 200 })
  return { room, ada, mod, mallory, policy: put.body.settings }
}

async function flagged(person: Person): Promise<RoomEventOf<'moderation.flagged'>['data']> {
  const isFlag = (event: WireEvent): event is RoomEventOf<'moderation.flagged'> =>
    event.type === 'moderation.flagged'
  const event = await person.until(isFlag, 20_000)
  if (!isFlag(event)) throw new Error('unreachable')
  return event.data
}

/** The row is made some ms before its event. */
const timeless = ({ opened_at, decided_at, ...rest }: CaseView) => rest

const says = (person: Person, room: string, text: string) =>
  person.emit('caption.push', { room, segment: `s ${text}`, text, final: true })

test('a policy is read and changed in part, and wrong ones name their field', async () => {
  const { room, policy } = await meeting({ waits: ['remove'], expires_after_minutes: 5 })
  expect(policy).toMatchObject({
    ...{ automatic: true, waits: ['remove'], expires_after_minutes: 5, on_expiry: 'reject' },
    ladder: [{ action: 'warn' }, { action: 'mute', minutes: 5 }, { action: 'remove', minutes: 60 }],
  })
  const put = (body: object, workflow = 'moderation', as = 'ada') =>
    rest(pathOf(room, `/agents/${workflow}`), { as, method: 'PUT', body })
  const changed = await put({ settings: { automatic: false, tell: { warn: 'Mind {reason}.' } } })
  expect(changed.body.settings).toEqual({
    ...{ ...policy, automatic: false, tell: { warn: 'Mind {reason}.' } },
  })
  expect((await rest(pathOf(room, '/agents/moderation'), { as: 'ada' })).body).toEqual(changed.body)
  expect((await rest(pathOf(room, '/agents/qa'), { as: 'ada' })).body).not.toHaveProperty(
    'settings',
  )
  for (const [settings, pointer] of [
    [{ act_from: 2 }, '/body/settings/act_from'],
    [{ ladder: [] }, '/body/settings/ladder'],
    [{ ladder: [{ action: 'warn', minutes: 3 }] }, '/body/settings/ladder/0/minutes'],
    [{ ladder: [{ action: 'ban' }] }, '/body/settings/ladder/0/action'],
    [{ strike_decay_minutes: 0 }, '/body/settings/strike_decay_minutes'],
    [{ tell: { warn: 'x\u0000' } }, '/body/settings/tell/warn'],
    [{ automtic: false }, '/body/settings'],
    [{ ladder: [{ action: 'mute', minute: 3 }] }, '/body/settings/ladder/0'],
    [{ tell: { warm: 'x' } }, '/body/settings/tell'],
  ] as const) {
    const refused = await put({ settings })
    expect(refused).toMatchObject({ status: 422, body: { code: 'invalid' } })
    expect(refused.body.errors[0].pointer).toBe(pointer)
  }
  expect((await put({ settings: { automatic: true } }, 'qa')).body).toMatchObject({
    code: 'invalid',
  })
})

test('a case waits on the desk, is claimed, approved once with a change, and undone', async () => {
  const { room, ada, mod, mallory } = await meeting()
  const desk = await connect('ada', { role: 'moderator' })
  let list: readonly CaseView[] = good(await desk.emit('desk.watch', {})).cases
  const before = desk.events.length
  good(await says(mallory, room, INSULT))
  const { case: id, action } = await flagged(desk)
  expect(action).toBe('warn')

  expect(errorOf(await mallory.emit('moderation.claim', { case: id, on: true })).code).toBe(
    'forbidden',
  )
  good(await mod.emit('moderation.claim', { case: id, on: true }))
  const isClaim = (event: WireEvent) => event.type === 'moderation.claimed'
  for (const one of [desk, ada, mod])
    expect(await one.until(isClaim)).toMatchObject({ data: { case: id, by: 'mod' } })
  const claim = (as: string, on: boolean) =>
    rest(pathOf(room, `/cases/${id}/claim`), { as, method: 'POST', body: { on } })
  expect(await claim('ada', true)).toMatchObject({ status: 409, body: { code: 'conflict' } })
  const cases = await rest(pathOf(room, '/cases?status=open'), { as: 'ada' })
  expect(cases.body.items).toMatchObject([
    { case: id, status: 'open', claimed_by: 'mod', gravity: 'high', target_name: 'Mallory' },
  ])
  list = desk.events.slice(before).reduce(reduceCases, list)
  expect(list.filter((one) => one.room === room).map(timeless)).toEqual(
    cases.body.items.map(timeless),
  )

  const review = { case: id, decision: 'approve', action: 'mute', minutes: 3 } as const
  const answers = await Promise.all([
    ada.emit('moderation.review', { ...review, id: 'once' }),
    mod.emit('moderation.review', review),
  ])
  expect(answers.filter((answer) => answer.ok)).toHaveLength(1)
  const refused = answers.find((answer) => !answer.ok)
  const decided: CaseView = (await rest(pathOf(room, '/cases'), { as: 'ada' })).body.items[0]
  expect(errorOf(refused)).toMatchObject({
    code: 'conflict',
    details: { status: decided.status, decided_by: decided.decided_by },
  })
  expect(decided).toMatchObject({ status: 'approved', action: 'mute', minutes: 3 })
  const again = await ada.emit('moderation.review', { ...review, id: 'once' })
  expect('duplicate' in again).toBe(decided.decided_by === 'ada')
  expect(errorOf(await mallory.emit('chat.send', { room, text: 'hey' })).code).toBe('muted')
  const told = await mallory.until((event) => event.type === 'talkback.said' && 'to' in event)
  expect(told).toMatchObject({ to: 'mallory' })
  const held = await rest(pathOf(room, '/restrictions'), { as: 'ada' })
  expect(held.body).toEqual({
    items: [
      {
        ...{ target: 'mallory', target_name: 'Mallory', kind: 'muted', case: id },
        until: decided.until,
      },
    ],
    next_cursor: null,
  })
  const undone = await rest(pathOf(room, `/cases/${id}/review`), {
    ...{ as: 'mod', claims: { rooms: { [room]: ['moderate'] as const } }, method: 'POST' },
    body: { decision: 'undo' },
  })
  expect(undone.body).toMatchObject({ status: 'undone', decided_by: 'mod' })
  good(await mallory.emit('chat.send', { room, text: 'thanks' }))
  expect((await rest(pathOf(room, '/restrictions'), { as: 'ada' })).body.items).toEqual([])
  const shown = await rest(pathOf(room, '/cases'), { as: 'ada' })
  list = desk.events.slice(before).reduce(reduceCases, list)
  expect(list.filter((one) => one.room === room).map(timeless)).toEqual(
    shown.body.items.map(timeless),
  )
})

test('who does not moderate learns nothing of what waits', async () => {
  const { room, ada, mallory } = await meeting()
  good(await says(mallory, room, INSULT))
  const { case: id } = await flagged(ada)
  good(await ada.emit('moderation.claim', { case: id, on: true }))
  const { seq } = good(await ada.emit('chat.send', { room, text: 'the last word' }))
  await mallory.until((event) => 'seq' in event && event.seq === seq)
  expect(mallory.events.map((event) => event.type)).not.toContain('moderation.claimed')
  expect(JSON.stringify(mallory.events)).not.toContain(id)
  const claims = { rooms: { [room]: ['join' as const] } }
  for (const path of ['/cases', '/restrictions'])
    expect(await rest(pathOf(room, path), { as: 'mallory', claims })).toMatchObject({ status: 403 })
  for (const [path, body] of [
    ['claim', { on: true }],
    ['review', { decision: 'reject' }],
  ] as const)
    expect(
      await rest(pathOf(room, `/cases/${id}/${path}`), {
        ...{ as: 'mallory', claims, method: 'POST', body },
      }),
    ).toMatchObject({ status: 403 })
  for (const [path, body] of [
    ['claim', { on: true }],
    ['review', { decision: 'reject' }],
  ] as const)
    expect(
      await rest(pathOf(room, `/cases/none/${path}`), { as: 'ada', method: 'POST', body }),
    ).toMatchObject({ status: 404 })
})
