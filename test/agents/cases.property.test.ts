import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { CaseView, SomeModerationPolicy } from '#protocol'
import { createSkippingClock } from '../support/clock.ts'
import { query, useDatabase } from '../support/postgres.ts'
import { refusal } from '../support/rooms.ts'
import { enter, startNode, type TestNode, type Visitor, visit } from './node.ts'

const INSULT = 'You are a stupid moron, everybody hates you.'
const ACTIONS = ['warn', 'mute', 'remove'] as const
const MINUTE = 60_000

const database = useDatabase()
const clock = createSkippingClock()
let node: TestNode

beforeAll(async () => {
  node = await startNode(database.db, { clock })
})
afterAll(() => node.stop())

const step = fc.oneof(
  { weight: 6, arbitrary: fc.constant({ do: 'insult' as const }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('review' as const),
      which: fc.nat(4),
      decision: fc.constantFrom('approve' as const, 'reject' as const, 'undo' as const),
      action: fc.constantFrom(undefined, ...ACTIONS),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('policy' as const),
      waits: fc.subarray([...ACTIONS]),
      automatic: fc.boolean(),
      on_expiry: fc.constantFrom('approve' as const, 'reject' as const),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('act' as const),
      action: fc.constantFrom(...ACTIONS, 'restore' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), minutes: fc.constantFrom(1, 4, 12) }),
  },
  { weight: 1, arbitrary: fc.constant({ do: 'restart' as const }) },
)

const POLICY: SomeModerationPolicy = {
  ladder: [
    { action: 'mute', minutes: 3 },
    { action: 'remove', minutes: 8 },
  ],
  expires_after_minutes: 10,
}

it('nobody is restricted without a running case or free with one, and each open case waits', {
  timeout: 240_000,
}, async () => {
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: 10 }), async (steps) => {
      const name = `run ${++runs}`
      let bob = await enter(node, name, 'bob', ['moderate'])
      let mallory = await enter(node, name, 'mallory')
      const set = (settings: SomeModerationPolicy) =>
        node.agents.configure(bob.room, bob.principal, 'moderation', { settings })
      await set(POLICY)
      for (const s of steps) {
        if (s.do === 'insult') {
          // one burst is one offence
          clock.skip(6_000)
          await comes(mallory)
          const said = await mallory.says(INSULT).catch(() => undefined)
          if (said)
            await node.event(
              'moderation.flagged',
              (e) => e.data.evidence.includes(said.seq ?? 0),
              20_000,
            )
        }
        if (s.do === 'review') {
          const all = await bob.room.cases()
          const one = all[s.which % Math.max(all.length, 1)]
          const change = s.decision === 'approve' && s.action ? { action: s.action } : {}
          if (one) {
            const { decision } = s
            const review = { case: one.case, decision, ...change }
            const outcome = refusal(node.agents.review(bob.room, bob.principal, review))
            expect(['done', 'conflict']).toContain(await outcome)
          }
        }
        if (s.do === 'policy') {
          const { do: _, ...settings } = s
          await set(settings)
        }
        if (s.do === 'act') {
          const act = { room: name, target: 'mallory', action: s.action, reason: '', minutes: 2 }
          const outcome = refusal(bob.room.act(bob.principal, act))
          expect(['done', 'conflict', 'not_found']).toContain(await outcome)
        }
        if (s.do === 'wait') clock.skip(s.minutes * MINUTE)
        if (s.do === 'restart') {
          await node.stop()
          node = await startNode(database.db, { clock })
          bob = await enter(node, name, 'bob', ['moderate'])
          mallory = visit(node, bob.room, mallory.principal)
        }
        await expect.poll(() => apart(bob, mallory), { timeout: 20_000 }).toEqual([])
      }
    }),
    { numRuns: 30 },
  )
})

/** Comes in again where that is allowed. */
async function comes({ principal, room }: Visitor): Promise<void> {
  const { userId: id } = principal
  const join = room.join({ id: `again ${id}`, principal }, { as: 'participant' }, () => {})
  expect(['done', 'removed']).toContain(await refusal(join))
}

/** What does not agree: rows, memory, threads, and what the person can do. */
async function apart({ room }: Visitor, mallory: Visitor): Promise<string[]> {
  const now = clock.now()
  const cases = await room.cases()
  const holds = ({ status, until }: CaseView) =>
    (status === 'acted' || status === 'approved') && (until === null || until > now)
  const kinds = cases.filter((one) => holds(one) && one.action !== 'warn').map((one) => one.action)
  const held = room.restricted().map(({ kind }) => (kind === 'muted' ? 'mute' : 'remove'))
  const overdue = cases.filter((one) => one.status === 'open' && (one.expires_at ?? 0) <= now)
  const open = cases.filter(({ status }) => status === 'open')
  const rows = await query(
    database.adminUrl,
    `select id from moderation_cases where status = 'open' and room_id = '${room.id}'`,
  )
  const ids = cases.map((one) => `'case:${one.case}'`).join(', ') || "''"
  const threads = await query(
    database.adminUrl,
    `select distinct thread_id from langgraph.checkpoints where thread_id in (${ids})`,
  )
  const muted = (await refusal(mallory.says('x', { final: false }))) === 'muted'
  const present = room.isPresent('mallory')
  return [
    ...(`${kinds.sort()}` === `${held.sort()}` ? [] : [`cases ${kinds}, held ${held}`]),
    ...(present && muted !== held.includes('mute') ? [`muted: ${muted}`] : []),
    ...(present && held.includes('remove') ? ['removed and present'] : []),
    ...overdue.map((one) => `overdue ${one.case}`),
    ...(same(
      rows,
      'id',
      open.map((one) => one.case),
    )
      ? []
      : ['open rows']),
    ...(same(
      threads,
      'thread_id',
      open.map((one) => `case:${one.case}`),
    )
      ? []
      : ['threads']),
  ]
}

function same(rows: Record<string, unknown>[], column: string, wanted: string[]): boolean {
  return `${rows.map((row) => row[column]).sort()}` === `${wanted.sort()}`
}
