import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CaseView } from '#protocol'
import { reduceCases } from '../../protocol/client/cases.ts'
import { createFakeClock } from '../support/clock.ts'
import { query, useDatabase } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

/**
 * Whatever the policy and moderators do, in whatever order and time: who is restricted is so by a case that says so, who
 * is free is free by all cases, what waits does nothing, and a desk that only hears events knows it all.
 */
const ACTIONS = ['warn', 'mute', 'remove'] as const

describe('restrictions and cases', () => {
  const database = useDatabase()
  let node: TestNode
  const clock = createFakeClock()

  beforeAll(async () => {
    node = await startNode(database.db, { clock })
  })
  afterAll(() => node.rooms.stop(1000))

  const target = fc.constantFrom('ann' as const, 'ben' as const)
  const step = fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('act' as const),
        target,
        action: fc.constantFrom(...ACTIONS),
        minutes: fc.constantFrom(undefined, 1, 10),
      }),
    },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('restore' as const), target }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('review' as const),
        which: fc.nat(6),
        decision: fc.constantFrom('approve' as const, 'reject' as const, 'undo' as const),
        action: fc.constantFrom(undefined, undefined, ...ACTIONS),
        minutes: fc.constantFrom(undefined, undefined, 1, 10),
      }),
    },
    {
      weight: 5,
      arbitrary: fc.record({
        do: fc.constant('propose' as const),
        target,
        action: fc.constantFrom(...ACTIONS),
        minutes: fc.constantFrom(1, 10),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        do: fc.constant('expire' as const),
        which: fc.nat(6),
        decision: fc.constantFrom('approve' as const, 'reject' as const),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), target }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('takeover' as const) }) },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('wait' as const),
        ms: fc.constantFrom(1, 59_999, 60_000, 600_000),
      }),
    },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const) }) },
  )

  test('say the same, after every step', { timeout: 120_000 }, async () => {
    let run = 0
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 3, maxLength: 16 }), async (steps) => {
        const name = `run ${++run}`
        const mod = await node.enter(name, 'mod')
        const people = new Map<string, typeof mod>()
        for (const id of ['ann', 'ben'])
          people.set(id, await node.attend(mod.room, person(id, { rooms: { [name]: ['join'] } })))
        const made: string[] = []
        let told: readonly CaseView[] = []
        const hear = () =>
          node.bus.subscribe((signal) => {
            if (signal.kind !== 'events' || signal.room.name !== name) return
            told = signal.events.reduce(reduceCases, told)
          })
        hear()
        /** As a new connection would, after the room came back. */
        const comeBack = async () => {
          mod.room = await node.rooms.get(name, mod.principal)
          for (const one of people.values()) one.room = mod.room
          await mod.join()
          told = await mod.room.cases()
          hear()
        }

        for (const s of steps) {
          if (s.do === 'act') {
            const minutes = s.minutes === undefined ? {} : { minutes: s.minutes }
            // Whoever has left is no target, unless something holds for them.
            const act = mod.acts(s.action, s.target, minutes).then((ack) => made.push(ack.case))
            expect(['done', 'not_found']).toContain(await refusal(act))
          }
          if (s.do === 'restore')
            expect(['done', 'conflict', 'not_found']).toContain(
              await refusal(mod.acts('restore', s.target)),
            )
          const of = 'which' in s ? made[s.which % Math.max(made.length, 1)] : undefined
          if (s.do === 'review' && of) {
            const { action, minutes } = s
            const change = { ...(action && { action }), ...(minutes && { minutes }) }
            const review = mod.reviews(of, s.decision, change)
            expect(['done', 'conflict', 'invalid']).toContain(await refusal(review))
          }
          if (s.do === 'propose') {
            const { target, action, minutes } = s
            const proposed = await mod.room.propose({
              ...{ target, action, reason: 'rude', ...(action === 'warn' ? {} : { minutes }) },
              ...{ expiresAt: clock.now() + 600_000, onExpiry: 'reject' },
              finding: {
                ...{ case: randomUUID(), categories: ['harassment'], scores: { harassment: 0.9 } },
                ...{ evidence: [1], stage: 'rules', gravity: 'high' },
              },
            })
            made.push(proposed.case)
          }
          if (s.do === 'expire' && of) {
            const open = (await mod.room.caseOf(of))?.status === 'open'
            expect(await mod.room.expire(of, s.decision)).toBe(open)
          }
          if (s.do === 'leave') {
            people.get(s.target)?.leave()
            await clock.advance(10_000)
          }
          if (s.do === 'wait') await clock.advance(s.ms)
          if (s.do === 'restart') {
            await node.rooms.stop(1000)
            node = await startNode(database.db, { clock })
            await comeBack()
          }
          if (s.do === 'takeover') {
            // the first node is cut off, and does not know it yet
            const before = node
            await query(
              database.adminUrl,
              "update nodes set expires_at = clock_timestamp() - interval '1 s'",
            )
            node = await startNode(database.db, { clock, nodeId: randomUUID() })
            await comeBack()
            await before.rooms.stop(0)
          }
          const known = await mod.room.cases()
          expect(byId(told)).toEqual(byId(known))
          expect(known.filter((one) => one.status === 'open')).toEqual(
            mod.room.openCases().reverse(),
          )
          for (const [id, one] of people) {
            const cases = await saying(mod.room.id, id)
            expect(await mod.room.casesAbout(id)).toHaveLength(cases.all)
            const removed = (await refusal(one.join())) === 'removed'
            expect(removed).toBe(cases.remove === 1)
            expect(cases.remove).toBeLessThanOrEqual(1)
            expect(cases.mute).toBeLessThanOrEqual(1)
            if (removed) continue
            const muted = (await refusal(one.says('hm', { final: false }))) === 'muted'
            expect(muted).toBe(cases.mute === 1)
            const view = mod.room.participants().find((participant) => participant.id === id)
            expect(view && 'muted_until' in view).toBe(muted)
          }
        }
      }),
      { numRuns: 40 },
    )
  })

  /** How many cases in Postgres say that a person is muted or removed now. */
  async function saying(roomId: string, userId: string) {
    const [row] = await database.db.withSystem('test', (tx) =>
      tx.execute<{ all: number; mute: number; remove: number }>(`
        select count(*) as all,
          count(*) filter (where holds and action = 'mute') as mute,
          count(*) filter (where holds and action = 'remove') as remove
        from (
          select action, status in ('acted', 'approved')
            and (until_at is null or until_at > ${clock.now()}) as holds
          from moderation_cases where room_id = '${roomId}' and target_id = '${userId}') cases`),
    )
    if (!row) throw new Error('no answer')
    return row
  }
})

function byId(cases: readonly CaseView[]): CaseView[] {
  return cases.toSorted((a, b) => (a.case < b.case ? -1 : 1))
}
