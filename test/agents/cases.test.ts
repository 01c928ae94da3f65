import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, it } from 'vitest'
import type { CaseView, ReviewDecision, SomeModerationPolicy } from '#protocol'
import { type OpenAIBody, startOpenAI } from '../fakes/openai.ts'
import { createSkippingClock, type SkippingClock } from '../support/clock.ts'
import { query, useDatabase } from '../support/postgres.ts'
import { refusal } from '../support/rooms.ts'
import { enter, startNode, type TestNode, type Visitor } from './node.ts'

const INSULTS = [
  'Shut up, you fucking idiot.',
  'You are a stupid moron, everybody hates you.',
  'You are such a pathetic loser, go to hell.',
] as const
/** Nothing that the local stages would act upon. */
const UNSURE = 'You make me sick.'
const MINUTE = 60_000

const database = useDatabase()
let node: TestNode
let clock: SkippingClock

afterEach(() => node.stop())

async function begin(name: string, policy?: SomeModerationPolicy) {
  clock = createSkippingClock()
  node = await startNode(database.db, { clock })
  return meet(name, policy)
}

async function meet(name: string, policy?: SomeModerationPolicy) {
  const bob = await enter(node, name, 'bob', ['moderate'])
  const mod = await enter(node, name, 'mod', ['moderate'])
  const mallory = await enter(node, name, 'mallory')
  if (policy) await set(bob, policy)
  return { bob, mod, mallory, room: bob.room }
}

const set = (by: Visitor, settings: SomeModerationPolicy) =>
  node.agents.configure(by.room, by.principal, 'moderation', { settings })

const review = (
  by: Visitor,
  id: string,
  decision: ReviewDecision,
  rest: { action?: 'warn' | 'mute' | 'remove'; minutes?: number; note?: string } = {},
) => node.agents.review(by.room, by.principal, { case: id, decision, ...rest })

/** The nth case that waits. */
async function waiting(nth = 1) {
  const flagged = await node.until(
    () => node.all('moderation.flagged').filter((e) => e.data.expires_at !== undefined)[nth - 1],
    `waiting case ${nth}`,
  )
  return flagged.data
}

const view = async ({ room }: Visitor, id: string): Promise<CaseView> => {
  const found = await room.caseOf(id)
  if (!found) throw new Error('no such case')
  return found
}

const threads = (id: string) =>
  query(
    database.adminUrl,
    `select distinct thread_id from langgraph.checkpoints where thread_id = 'case:${id}'`,
  )
/** That a case's thread stands at its interrupt. */
const interrupted = (id: string) => expect.poll(async () => (await threads(id)).length).toBe(1)

const notices = (to: string) =>
  node.all('talkback.said').filter((e) => e.to === to && e.data.agent === 'agent:moderation')

/** A model that finds an insult in everything that it is to moderate, once `answer` is called. */
async function slowOpinion() {
  let answer = () => {}
  const hold = new Promise<void>((resolve) => {
    answer = resolve
  })
  const model = await startOpenAI({
    answer: (body) =>
      moderates(body)
        ? { hold, pieces: ['{"violates":true,"category":"harassment"}'] }
        : { status: 500 },
  })
  return { model, answer: () => answer() }
}

const moderates = ({ messages }: OpenAIBody) => messages[0]?.content.includes('moderate') ?? false
const asked = ({ requests }: Awaited<ReturnType<typeof startOpenAI>>) =>
  expect.poll(() => requests.some(({ body }) => moderates(body)), { timeout: 10_000 }).toBe(true)

const muted = async (by: Visitor) => (await refusal(by.says('hm', { final: false }))) === 'muted'

describe('a case that waits', () => {
  it('proposes and does nothing, until a moderator approves', async () => {
    const { bob, mallory } = await begin('approve', { waits: ['warn', 'mute', 'remove'] })
    const { seq } = await mallory.says(INSULTS[0])
    const { case: id, ...flagged } = await waiting()
    expect(flagged).toMatchObject({
      ...{ target: 'mallory', target_name: 'Mallory', action: 'warn', gravity: 'high' },
      ...{ evidence: [seq], on_expiry: 'reject' },
    })
    expect(await view(bob, id)).toMatchObject({
      ...{ status: 'open', action: 'warn', by: 'policy', decided_at: null, until: null },
    })
    await interrupted(id)
    expect(node.all('moderation.acted')).toEqual([])
    expect(notices('mallory')).toEqual([])

    await review(bob, id, 'approve', { note: 'right' })
    expect(await view(bob, id)).toMatchObject({
      ...{ status: 'approved', decided_by: 'bob', note: 'right', expires_at: null },
    })
    const told = await node.until(() => notices('mallory')[0], 'the notice')
    expect(told.data.text).toMatch(/warning/i)
    expect(told.data.text).not.toMatch(/idiot|fuck/i)
    expect(node.all('moderation.acted')).toHaveLength(1)
    await expect.poll(() => threads(id)).toEqual([])
  })

  it('is approved with another action, as long as the policy has that one', async () => {
    const { bob, mallory } = await begin('changed', { waits: ['warn'] })
    await mallory.says(INSULTS[0])
    const { case: id } = await waiting()
    expect(await refusal(review(bob, id, 'reject', { action: 'mute' }))).toBe('invalid')
    expect((await view(bob, id)).status).toBe('open')
    await review(bob, id, 'approve', { action: 'mute' })
    expect(await view(bob, id)).toMatchObject({ status: 'approved', action: 'mute', minutes: 5 })
    expect(await muted(mallory)).toBe(true)
    await review(bob, id, 'undo')
    expect(await muted(mallory)).toBe(false)
  })

  it('is rejected: nothing is done, nobody is told, and it is no strike', async () => {
    const { bob, mallory } = await begin('rejected', { waits: ['warn'] })
    await mallory.says(INSULTS[0])
    const { case: id } = await waiting()
    await review(bob, id, 'reject')
    expect((await view(bob, id)).status).toBe('rejected')
    expect(notices('mallory')).toEqual([])
    clock.skip(6_000)
    await mallory.says(INSULTS[1])
    expect(await waiting(2)).toMatchObject({ action: 'warn' })
  })

  it('is decided once, by whoever is first; the other is told what was decided', async () => {
    const { bob, mod, mallory } = await begin('race', { waits: ['warn'] })
    await mallory.says(INSULTS[0])
    const { case: id } = await waiting()
    const outcomes = await Promise.allSettled([
      review(bob, id, 'approve'),
      review(mod, id, 'undo'),
      review(mod, id, 'reject'),
    ])
    const refused = outcomes.filter((one) => one.status === 'rejected')
    expect(refused).toHaveLength(2)
    const { status, decided_by } = await view(bob, id)
    for (const { reason } of refused)
      expect(reason).toMatchObject({ code: 'conflict', details: { status, decided_by } })
    expect(node.all('moderation.reviewed')).toHaveLength(1)
    expect(node.all('moderation.acted')).toHaveLength(status === 'approved' ? 1 : 0)
  })

  it('expires by its default, which does nothing', async () => {
    const { bob, mallory } = await begin('expired', { waits: ['warn'], expires_after_minutes: 10 })
    await mallory.says(INSULTS[0])
    const { case: id } = await waiting()
    clock.skip(10 * MINUTE)
    const reviewed = await node.event('moderation.reviewed')
    expect(reviewed.actor.kind).toBe('system')
    expect(reviewed.data).toEqual({ case: id, decision: 'reject', note: 'expired' })
    await expect.poll(async () => (await view(bob, id)).status).toBe('expired')
    expect(await refusal(review(bob, id, 'approve'))).toBe('conflict')
    expect(node.all('moderation.acted')).toEqual([])
  })

  it('expires by its default, which acts, unless nothing is to act alone by then', async () => {
    const { bob, mallory } = await begin('expires approved', {
      ...{ waits: ['mute'], on_expiry: 'approve', expires_after_minutes: 1 },
      ladder: [{ action: 'mute', minutes: 7 }],
    })
    await mallory.says(INSULTS[0])
    const { case: id } = await waiting()
    clock.skip(MINUTE)
    const acted = await node.event('moderation.acted')
    expect(acted.data).toMatchObject({ case: id, action: 'mute', minutes: 7, by: 'policy' })
    await node.until(() => notices('mallory')[0], 'the notice')
    expect(await view(bob, id)).toMatchObject({ status: 'approved', decided_by: 'system' })
    clock.skip(8 * MINUTE)

    await mallory.says(INSULTS[1])
    const { case: second } = await waiting(2)
    await set(bob, { automatic: false })
    clock.skip(MINUTE)
    await node.until(() => node.all('moderation.reviewed')[1], 'the second end')
    await expect.poll(async () => (await view(bob, second)).status).toBe('expired')
    expect(await muted(mallory)).toBe(false)
  })

  it('waits on after a restart, is reviewed then, and expires for the time that was missed', async () => {
    const { mallory } = await begin('restarted', { waits: ['warn'], expires_after_minutes: 10 })
    await mallory.says(INSULTS[0])
    const first = await waiting()
    clock.skip(6_000)
    await mallory.says(INSULTS[1])
    const second = await waiting(2)
    await interrupted(second.case)
    await node.stop()
    // as after a crash between the row and the thread's checkpoint
    for (const table of ['checkpoints', 'checkpoint_writes', 'checkpoint_blobs'])
      await query(
        database.adminUrl,
        `delete from langgraph.${table} where thread_id = 'case:${second.case}'`,
      )
    node = await startNode(database.db, { clock })
    const bob = await enter(node, 'restarted', 'bob', ['moderate'])
    expect(bob.room.openCases().map((one) => one.case)).toEqual([first.case, second.case])
    await review(bob, second.case, 'approve', { action: 'mute', minutes: 3 })
    expect(await view(bob, second.case)).toMatchObject({ status: 'approved', action: 'mute' })
    await node.stop()

    clock.skip(11 * MINUTE)
    node = await startNode(database.db, { clock })
    await node.until(
      () => node.all('moderation.reviewed').find((e) => e.data.case === first.case),
      'the end of a time that passed while nobody was there',
    )
    const again = await enter(node, 'restarted', 'bob', ['moderate'])
    expect((await view(again, first.case)).status).toBe('expired')
  })

  it('waits on in a room that was closed, also after a restart', async () => {
    const { bob, mallory } = await begin('closed', { waits: ['warn'], expires_after_minutes: 10 })
    await mallory.says(INSULTS[0])
    const { case: id } = await waiting()
    await bob.room.close('closed')
    clock.skip(2 * MINUTE)
    expect(node.rooms.live()).toContain(bob.room)
    await node.stop()
    node = await startNode(database.db, { clock })
    clock.skip(9 * MINUTE)
    await node.event('moderation.reviewed', (e) => e.data.case === id)
  })
})

describe('the policy of a room', () => {
  it('holds at once, is kept, and is a moderator’s to set', async () => {
    const { bob, mallory } = await begin('settings')
    const of = async () =>
      (await node.agents.list(bob.room)).find((c) => c.workflow === 'moderation')?.settings
    expect(await of()).toMatchObject({ automatic: true, waits: [], on_expiry: 'reject' })
    await Promise.all([
      set(bob, { ladder: [{ action: 'mute', minutes: 2 }] }),
      set(bob, { tell: { mute: 'Quiet for {minutes}, {reason}.' } }),
    ])
    expect(await refusal(set(mallory, { automatic: false }))).toBe('forbidden')
    const qa = { settings: { automatic: false } }
    expect(await refusal(node.agents.configure(bob.room, bob.principal, 'qa', qa))).toBe('invalid')
    await mallory.says(INSULTS[0])
    expect((await node.event('moderation.acted')).data).toMatchObject({ minutes: 2 })
    const told = await node.until(() => notices('mallory')[0], 'the notice')
    expect(told.data.text).toMatch(/^Quiet for 2, \w.*\.$/)
    await node.stop()
    node = await startNode(database.db, { clock })
    bob.room = await node.rooms.get('settings', bob.principal)
    expect(await of()).toMatchObject({ ladder: [{ action: 'mute', minutes: 2 }] })
  })

  it('tells who is removed in its own words, before they are gone', async () => {
    const { mallory } = await begin('farewell', {
      ladder: [{ action: 'remove', minutes: 1 }],
      tell: { remove: 'See you in {minutes} minute.' },
    })
    await mallory.says(INSULTS[0])
    const acted = await node.event('moderation.acted')
    expect(acted.data.action).toBe('remove')
    const [told, ...rest] = notices('mallory')
    expect(told?.data.text).toBe('See you in 1 minute.')
    expect(told?.seq).toBeLessThan(acted.seq)
    expect(rest).toEqual([])
  })

  it('asks a person about what it is unsure of, and about no more than a model would be', async () => {
    const { bob, mallory } = await begin('unsure', { ask_from: 0.5 })
    await mallory.says('What a beautiful morning for a long walk.')
    await mallory.says('Kill the process, the damn build hangs again.')
    const flagged = await waiting()
    expect(flagged).toMatchObject({ action: 'warn', gravity: 'low', stage: 'scorer' })
    await review(bob, flagged.case, 'reject')
    await set(bob, { ask_when_unsure: false })
    await mallory.says('Kill the process, the damn build hangs again.')
    const { seq = 0 } = await mallory.says('Never mind.')
    await node.until(() => mallory.room.head >= seq, 'the last turn')
    expect(node.all('moderation.flagged')).toHaveLength(1)
  })

  it('is heeded from the first word after a restart', async () => {
    const { bob, mallory } = await begin('heeded', { automatic: false })
    await node.stop()
    node = await startNode(database.db, { clock })
    const again = await enter(node, 'heeded', 'mallory')
    await again.says(INSULTS[0])
    expect(await waiting()).toMatchObject({ action: 'warn', target: mallory.principal.userId })
    expect(node.all('moderation.acted')).toEqual([])
    expect(bob.principal.userId).toBe('bob')
  })
})

describe('the kill switch', () => {
  it('makes a case of what is between decision and action', async () => {
    clock = createSkippingClock()
    const { model, answer } = await slowOpinion()
    node = await startNode(database.db, { clock, models: { openai: model } })
    const { bob, mallory } = await meet('killed', { ladder: [{ action: 'mute', minutes: 5 }] })
    await mallory.says(UNSURE)
    await asked(model)
    await set(bob, { automatic: false })
    answer()
    expect(await waiting()).toMatchObject({ action: 'mute', stage: 'model' })
    expect(node.all('moderation.acted')).toEqual([])
    expect(await muted(mallory)).toBe(false)
    await model.stop()
  })

  it('off altogether, nothing is judged, and what waits is decided still', async () => {
    const { bob, mallory } = await begin('off', { waits: ['warn'] })
    await mallory.says(INSULTS[0])
    const { case: id } = await waiting()
    await node.agents.configure(bob.room, bob.principal, 'moderation', { enabled: false })
    clock.skip(6_000)
    await mallory.says(INSULTS[1])
    await review(bob, id, 'approve')
    expect((await view(bob, id)).status).toBe('approved')
    expect(node.all('moderation.flagged')).toHaveLength(1)
  })
})

it('a model that takes its time over one thing holds up nothing that needs none', async () => {
  clock = createSkippingClock()
  const { model, answer } = await slowOpinion()
  node = await startNode(database.db, { clock, models: { openai: model } })
  const { mallory } = await meet('slow', { ladder: [{ action: 'mute', minutes: 5 }] })
  await mallory.says(UNSURE)
  await asked(model)
  await mallory.says(INSULTS[0])
  const acted = await node.event('moderation.acted')
  expect(acted.data).toMatchObject({ action: 'mute' })
  answer()
  await node.event('moderation.acted', (e) => e.data.case !== acted.data.case)
  const stages = node.all('moderation.flagged').map((e) => e.data.stage)
  expect(stages).toEqual(['rules', 'model'])
  for (const { data } of node.all('moderation.flagged'))
    await expect.poll(() => threads(data.case)).toEqual([])
  await model.stop()
})

describe('the second look before a removal', () => {
  const removing: SomeModerationPolicy = {
    ladder: [
      { action: 'mute', minutes: 1 },
      { action: 'remove', minutes: 9 },
    ],
  }

  /** One strike, and then words for which the second would remove. */
  async function struck(name: string) {
    const people = await begin(name, removing)
    await people.mallory.says(INSULTS[0])
    await node.event('moderation.acted')
    clock.skip(2 * MINUTE)
    return people
  }

  it('confirms what stands', async () => {
    const { mallory } = await struck('stands')
    await mallory.says(INSULTS[1])
    await node.event('moderation.acted', (e) => e.data.action === 'remove')
    expect(node.all('moderation.flagged')).toHaveLength(2)
  })

  it('takes what was reported for no offence: the lesser step, and a person decides', async () => {
    const { bob, mallory } = await struck('reported')
    await mallory.says('On the phone he said, and then he told me:')
    await mallory.says(INSULTS[1])
    const proposed = await waiting()
    expect(proposed).toMatchObject({ action: 'remove', minutes: 9 })
    const acted = await node.until(() => node.all('moderation.acted')[1], 'the lesser step')
    expect(acted.data).toMatchObject({ action: 'mute', minutes: 1 })
    await interrupted(proposed.case)
    await review(bob, proposed.case, 'approve')
    expect(mallory.room.isPresent('mallory')).toBe(false)
    expect(await refusal(mallory.join())).toBe('removed')
  })

  it('takes the lesser step after a crash that came between the two, once', async () => {
    const { mallory } = await struck('cut')
    const { seq = 0 } = await mallory.says('Good morning.')
    const id = randomUUID()
    await mallory.room.propose({
      ...{ target: 'mallory', action: 'remove', minutes: 9, reason: 'insults' },
      ...{ expiresAt: clock.now() + 60 * MINUTE, onExpiry: 'reject' },
      finding: {
        ...{ case: `${id}-removal`, categories: ['harassment'], scores: { harassment: 0.9 } },
        ...{ evidence: [seq], stage: 'rules', gravity: 'high' },
      },
    })
    for (const expected of ['the lesser step', 'a second restart']) {
      await node.stop()
      node = await startNode(database.db, { clock })
      const bob = await enter(node, 'cut', 'bob', ['moderate'])
      await expect
        .poll(() => bob.room.caseOf(id), { message: expected, timeout: 10_000 })
        .toMatchObject({ status: 'acted', action: 'mute', minutes: 1 })
      expect(bob.room.openCases().map((one) => one.case)).toEqual([`${id}-removal`])
      expect(await bob.room.casesAbout('mallory')).toHaveLength(3)
    }
  })

  it('finds nothing where the words were erased meanwhile', async () => {
    clock = createSkippingClock()
    const { model, answer } = await slowOpinion()
    node = await startNode(database.db, { clock, models: { openai: model } })
    const { mallory, room } = await meet('erased', { ladder: [{ action: 'remove', minutes: 9 }] })
    const { seq = 0 } = await mallory.says(UNSURE)
    await asked(model)
    await room.erase([seq])
    answer()
    expect(await waiting()).toMatchObject({ action: 'remove' })
    const acted = await node.event('moderation.acted')
    expect(acted.data.action).toBe('warn')
    await model.stop()
  })

  it('is the model’s where there is one, in context', async () => {
    clock = createSkippingClock()
    const model = await startOpenAI({
      answer: ({ messages }) =>
        messages[0]?.content.includes('second time')
          ? { pieces: ['{"violates":false,"category":"harassment"}'] }
          : { status: 500 },
    })
    node = await startNode(database.db, { clock, models: { openai: model } })
    const { bob, mallory } = await meet('context', { ladder: [{ action: 'remove' }] })
    await bob.says('Please read your line of the play now.')
    await mallory.says(INSULTS[1])
    expect(await waiting()).toMatchObject({ action: 'remove' })
    const looked = model.requests.filter((r) => r.body.messages[0]?.content.includes('second time'))
    expect(looked).toHaveLength(1)
    expect(looked[0]?.body.messages[1]?.content).toContain('line of the play')
    await model.stop()
  })
})

it('answers a question that is put by name while the agents of the room are loading', async () => {
  const { bob } = await begin('loading')
  await bob.says('The press release is still with the lawyers.')
  await node.stop()
  let open = () => {}
  const gate = new Promise<void>((resolve) => {
    open = resolve
  })
  const slow: typeof database.db = {
    ...database.db,
    async withSystem(reason, fn, options) {
      if (reason === 'read agents') await gate
      return database.db.withSystem(reason, fn, options)
    },
  }
  clock = createSkippingClock()
  node = await startNode(slow, { clock })
  const again = await enter(node, 'loading', 'bob', ['moderate'])
  await again.says('Aura, what is still with the lawyers?')
  await again.says('Aura, who has the press release?')
  open()
  const answers = await node.until(() => {
    const said = node.all('talkback.said').filter((e) => e.data.agent === 'agent:qa')
    return said.length === 2 && said
  }, 'both answers')
  for (const { data } of answers) expect(data.text).toContain('press release')
})
