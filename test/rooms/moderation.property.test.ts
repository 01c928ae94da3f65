import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

/**
 * Whatever moderators do, in whatever order and time: who is restricted is so by a case that says so,
 * and who is free is free by all cases.
 */
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
        action: fc.constantFrom('warn' as const, 'mute' as const, 'remove' as const),
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
      }),
    },
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
          const reviewed = s.do === 'review' ? made[s.which % Math.max(made.length, 1)] : undefined
          if (s.do === 'review' && reviewed)
            expect(['done', 'conflict']).toContain(await refusal(mod.reviews(reviewed, s.decision)))
          if (s.do === 'wait') await clock.advance(s.ms)
          if (s.do === 'restart') {
            await node.rooms.stop(1000)
            node = await startNode(database.db, { clock })
            mod.room = await node.rooms.get(name, mod.principal)
            for (const one of people.values()) one.room = mod.room
            await mod.join()
          }
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
