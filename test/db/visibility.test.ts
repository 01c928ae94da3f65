import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { tables } from '#db'
import { type RoomEvent, visible } from '#protocol'
import { useDatabase } from '../support/postgres.ts'

const database = useDatabase()

const person = fc.constantFrom('ann', 'bob', 'cem')
const type = fc.constantFrom(
  'chat.message',
  'transcript.final',
  'moderation.flagged',
  'moderation.acted',
  'moderation.reviewed',
  'participant.joined',
)

const cases = fc.record({
  type,
  actor: person,
  to: fc.option(person, { nil: undefined }),
  erased: fc.boolean(),
  target: fc.option(person, { nil: undefined }),
  reader: person,
  moderates: fc.boolean(),
  moderatorsSeePrivate: fc.boolean(),
})

type Case = typeof cases extends fc.Arbitrary<infer T> ? T : never

const dataOf = ({ target }: Case) => ({ text: 'x', action: 'mute', ...(target && { target }) })

function byProtocol(one: Case) {
  // only what the rule looks at, and only the types that exist
  const event = {
    type: one.type,
    actor: { id: one.actor, name: one.actor, kind: 'person' },
    data: dataOf(one),
    ...(one.to !== undefined && { to: one.to }),
    erased: one.erased,
  } as unknown as RoomEvent
  return visible(
    event,
    { userId: one.reader, moderates: one.moderates },
    { moderatorsSeePrivate: one.moderatorsSeePrivate },
  )
}

test('event_view in SQL says what visible() in protocol/ says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(cases, { minLength: 1, maxLength: 60 }), async (all) => {
      const rows = await database.db.withSystem('test', (tx) =>
        Promise.all(
          all.map((one) =>
            tx.execute(sql`select event_view(
              ${one.type}, ${one.actor}, ${one.to ?? null}, ${one.erased},
              ${JSON.stringify(dataOf(one))}::jsonb, ${one.reader}, ${one.moderates},
              ${one.moderatorsSeePrivate}) as view`),
          ),
        ),
      )
      expect(rows.map(([row]) => row?.view)).toEqual(all.map(byProtocol))
    }),
    { numRuns: 30 },
  )
})

test('room_log gives every seq, and of each what the reader may see', async () => {
  const roomId = await database.db.withSystem('test', async (tx) => {
    const [room] = await tx
      .insert(tables.rooms)
      .values({ name: 'Log', ownerId: 'ann', createdAt: 1, openedAt: 1 })
      .returning()
    if (!room) throw new Error('no room')
    await tx.insert(tables.roomMembers).values({ roomId: room.id, userId: 'bob', rights: ['join'] })
    const event = { roomId: room.id, at: 1, actorId: 'cem', actorName: 'Cem' }
    const data = { target: 'dan', action: 'mute', reason: 'secret' }
    await tx.insert(tables.roomEvents).values([
      {
        ...event,
        seq: 1,
        id: 'a',
        actorKind: 'person',
        type: 'chat.message',
        data: { text: 'hi' },
      },
      { ...event, seq: 2, id: 'b', actorKind: 'person', type: 'chat.message', toId: 'eve', data },
      { ...event, seq: 3, id: 'c', actorKind: 'system', type: 'moderation.flagged', data },
      { ...event, seq: 4, id: 'd', actorKind: 'system', type: 'moderation.acted', data },
      { ...event, seq: 5, id: 'e', actorKind: 'person', type: 'chat.message', data, erased: true },
    ])
    return room.id
  })
  const log = (userId: string, types: string | null = null, after = 0) =>
    database.db.withUser({ userId, role: 'user' }, (tx) =>
      tx.execute<Record<string, unknown>>(
        sql`select * from room_log(${roomId}, ${after}, 10, ${types}::text[])`,
      ),
    )
  const views = (rows: Record<string, unknown>[]) => rows.map(({ seq, view }) => [seq, view])

  const forBob = await log('bob')
  expect(views(forBob)).toEqual([
    [1, 'full'],
    [2, 'hidden'],
    [3, 'hidden'],
    [4, 'reduced'],
    [5, 'erased'],
  ])
  expect(forBob[3]).toMatchObject({ data: { target: 'dan', action: 'mute' } })
  expect(forBob[3]?.data).not.toHaveProperty('reason')
  for (const index of [1, 2, 4]) {
    const { seq, at, view, type: shown, ...rest } = forBob[index] ?? {}
    expect([shown, new Set(Object.values(rest))]).toEqual([view, new Set([null])])
  }
  expect(views(await log('ann', null, 2))).toEqual([
    [3, 'full'],
    [4, 'full'],
    [5, 'erased'],
  ])
  // a filter by type must not tell which type a hidden event has
  expect(views(await log('bob', '{chat.message,moderation.flagged}'))).toEqual([[1, 'full']])
  expect(await log('zoe')).toEqual([])
})
