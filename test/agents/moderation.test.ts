import { afterEach, expect, it } from 'vitest'
import { createSkippingClock, type SkippingClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { enter, startNode, type TestNode } from './node.ts'

const INSULT = 'Bob, you are a worthless piece of shit.'
const INSULTS = [
  'Shut up, you fucking idiot.',
  'You are a stupid moron, everybody hates you.',
  'You are such a pathetic loser, go to hell.',
]
const THREAT = 'I will kill you, Bob, I know where you live.'
const MINUTE = 60_000

const database = useDatabase()
let node: TestNode
let clock: SkippingClock

afterEach(() => node.stop())

async function begin(name: string) {
  clock = createSkippingClock()
  node = await startNode(database.db, { clock })
  const bob = await enter(node, name, 'bob', ['moderate'])
  const mallory = await enter(node, name, 'mallory')
  return { bob, mallory }
}

/** The nth action of the policy. */
function action(nth: number) {
  return node.until(
    () => node.all('moderation.acted').filter((e) => e.data.by === 'policy')[nth - 1],
    `action ${nth}`,
  )
}

const afterCooldown = () => clock.skip(6_000)

it('warns, then mutes, then removes, each with its case and evidence', async () => {
  const { bob, mallory } = await begin('ladder')
  const { seq } = await mallory.says(INSULTS[0] ?? '')
  const warned = await action(1)
  expect(warned.data).toMatchObject({ target: 'mallory', action: 'warn', by: 'policy' })
  const flagged = await node.event('moderation.flagged')
  expect(flagged.data).toMatchObject({ case: warned.data.case, evidence: [seq], target: 'mallory' })
  const notice = await node.event('talkback.said', (e) => e.data.agent === 'agent:moderation')
  expect(notice.to).toBe('mallory')
  expect(notice.data.text).toMatch(/warning/i)
  expect(notice.data.text).toMatch(/muted for 5 minutes/)
  expect(notice.data.text).not.toMatch(/idiot|fuck/i)
  expect(bob.sees(notice)).toBe('hidden')

  afterCooldown()
  await mallory.says(INSULTS[1] ?? '')
  expect((await action(2)).data).toMatchObject({ action: 'mute', minutes: 5 })
  await expect(mallory.says('And now?')).rejects.toMatchObject({ code: 'muted' })

  clock.skip(6 * MINUTE)
  await mallory.says(INSULTS[2] ?? '')
  expect((await action(3)).data).toMatchObject({ action: 'remove', minutes: 60 })
  await node.event(
    'participant.left',
    (e) => e.actor.id === 'mallory' && e.data.reason === 'removed',
  )
  await expect(mallory.join()).rejects.toMatchObject({ code: 'removed' })

  const cases = await bob.room.cases()
  expect(cases.map((c) => c.action)).toEqual(['remove', 'mute', 'warn'])
  for (const { evidence, stage, status } of cases) {
    expect(evidence).toHaveLength(1)
    expect(status).toBe('acted')
    expect(['rules', 'scorer']).toContain(stage)
  }
})

it('counts a burst as one offence', async () => {
  const { mallory } = await begin('burst')
  await Promise.all(INSULTS.map((text) => mallory.says(text)))
  await action(1)
  await node.event('talkback.said', (e) => e.data.agent === 'agent:moderation')
  await mallory.says(INSULT)
  const { seq } = await mallory.says('The weather is nice today.')
  await node.until(() => mallory.room.head >= (seq ?? 0), 'the last turn')
  expect(node.all('moderation.acted')).toHaveLength(1)
})

it('skips the warning for a grave threat, even right after a warning', async () => {
  const { mallory } = await begin('grave')
  await mallory.says(THREAT)
  expect((await action(1)).data).toMatchObject({ action: 'mute' })

  await node.stop()
  const again = await begin('grave after a warning')
  await again.mallory.says(INSULTS[0] ?? '')
  await node.event('talkback.said', (e) => e.data.agent === 'agent:moderation')
  await again.mallory.says(THREAT)
  expect((await action(2)).data).toMatchObject({ action: 'remove' })
})

it('acts on a grave partial before the sentence is final', async () => {
  const { mallory } = await begin('partial')
  await mallory.says(THREAT, { final: false })
  expect((await action(1)).data).toMatchObject({ action: 'mute' })
  await expect(mallory.says(THREAT)).rejects.toMatchObject({ code: 'muted' })
})

it('does not count what a moderator took back, nor what is old', async () => {
  const { bob, mallory } = await begin('undone')
  await mallory.says(INSULTS[0] ?? '')
  const first = await action(1)
  await bob.room.review(bob.principal, { case: first.data.case ?? '', decision: 'undo' })
  afterCooldown()
  await mallory.says(INSULTS[1] ?? '')
  const second = await action(2)
  expect(second.data.action).toBe('warn')
  clock.skip(31 * MINUTE)
  await mallory.says(INSULTS[2] ?? '')
  expect((await action(3)).data.action).toBe('warn')
})

it('mutes who moderates a room at most', async () => {
  const { bob, mallory } = await begin('owner')
  expect(bob.room.owner).toBe('bob')
  await bob.says(THREAT.replace('Bob', 'Mallory'))
  expect((await action(1)).data.action).toBe('mute')
  clock.skip(6 * MINUTE)
  await bob.says(THREAT.replace('Bob', 'Mallory'))
  expect((await action(2)).data.action).toBe('mute')
  expect(mallory.room.isPresent('bob')).toBe(true)
})

it('leaves ordinary talk alone, and all talk when it is off', async () => {
  const { bob, mallory } = await begin('calm')
  await mallory.says('Kill the process, the damn build hangs again.')
  await node.agents.configure(bob.room, bob.principal, 'moderation', { enabled: false })
  await mallory.says(INSULT)
  await node.agents.configure(bob.room, bob.principal, 'moderation', { enabled: true })
  const { seq } = await mallory.says(INSULTS[0] ?? '')
  await action(1)
  expect((await node.event('moderation.flagged')).data.evidence).toEqual([seq])
  expect(node.all('moderation.flagged')).toHaveLength(1)
})

it('judges after a restart what a crash left unjudged, and nothing twice', async () => {
  const { bob, mallory } = await begin('crash')
  await mallory.says(INSULTS[0] ?? '')
  await action(1)
  await node.event('talkback.said', (e) => e.data.agent === 'agent:moderation')
  await node.agents.stop()
  afterCooldown()
  const { seq } = await bob.says(INSULTS[1] ?? '')
  const before = node.all('moderation.acted').length
  await node.stop()
  node = await startNode(database.db, { clock })
  const flagged = await node.event('moderation.flagged')
  expect(flagged.data).toMatchObject({ target: 'bob', evidence: [seq] })
  await node.event('talkback.said', (e) => e.to === 'bob')
  const { seq: last } = await bob.says('Sorry about that.').catch(() => ({ seq: 0 }))
  expect(last).toBeDefined()
  expect(node.all('moderation.acted')).toHaveLength(1)
  expect(before).toBe(1)
})

it('repeats no abuse after a restart either, whether it was in a case or counted with one', async () => {
  const { bob, mallory } = await begin('unrepeated')
  await bob.says('The report on the harbour is due in April.')
  await mallory.says(INSULT)
  await mallory.says(INSULTS[1] ?? '')
  await action(1)
  await node.stop()
  node = await startNode(database.db, { clock })
  const again = await enter(node, 'unrepeated', 'bob', ['moderate'])
  const { run } = await again.asks('What did Mallory say about the worthless stupid moron?')
  const said = await node.event('talkback.said', (e) => e.data.run === run)
  expect(said.data.text).not.toMatch(/moron|worthless|hates/)
  const { run: other } = await again.asks('When is the report on the harbour due?')
  const answer = await node.event('talkback.said', (e) => e.data.run === other)
  expect(answer.data.text).toMatch(/April/)
})
