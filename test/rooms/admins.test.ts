import { sql } from 'drizzle-orm'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { allows, type Principal, type Right } from '#protocol'
import { useDatabase } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

const database = useDatabase()
let node: TestNode

beforeAll(async () => {
  node = await startNode(database.db)
})
afterAll(() => node.rooms.stop(1_000))

const admin = person('root', { role: 'admin' })

test('admins watch where the owner lets them, and only for so long', async () => {
  const owner = await node.enter('for admins', 'owner')
  expect(await refusal(node.rooms.get('for admins', admin))).toBe('not_found')
  const lets = (admins_may_read: boolean) =>
    node.rooms.changeSettings(owner.principal, 'for admins', { admins_may_read })
  await lets(true)
  expect(owner.ephemeral.at(-1)).toMatchObject({
    type: 'room.updated',
    data: { settings: { admins_may_read: true } },
  })
  const watching = await node.attend(owner.room, admin, { as: 'watch' })
  expect(await refusal(node.attend(owner.room, admin))).toBe('forbidden')
  expect(await refusal(watching.writes('hello'))).toBe('forbidden')
  await owner.says('they hear this')
  expect(watching.seen.at(-1)).toMatchObject({ data: { text: 'they hear this' } })
  await lets(false)
  expect(watching.detached).toEqual(['revoked'])
  expect(await refusal(watching.room.history(admin, 0, 10))).toBe('not_found')
})

test('the rule in code and the rule in Postgres are one', async () => {
  const owner = person('owner')
  for (const admins_may_read of [true, false]) {
    const name = `twin ${admins_may_read}`
    await node.rooms.create(owner, name, { admins_may_read })
    await node.rooms.setMember(owner, name, 'member-admin', ['join'])
    await node.rooms.setMember(owner, name, 'empty-admin', ['watch'])
  }
  const principals: Principal[] = [
    owner,
    admin,
    person('member-admin', { role: 'admin' }),
    person('empty-admin', { role: 'admin' }),
    person('root', { role: 'moderator' }),
    person('root'),
    person('root', { role: 'admin', rooms: {} }),
    person('root', { role: 'admin', rooms: { 'twin true': [] } }),
    person('root', { role: 'admin', rooms: { 'twin false': ['join'] } }),
  ]
  const wanted: [Right, Right[]][] = [
    ['watch', ['join', 'watch', 'moderate']],
    ['join', ['join', 'moderate']],
    ['moderate', ['moderate']],
  ]
  for (const name of ['twin true', 'twin false']) {
    const room = await node.rooms.get(name, owner)
    for (const principal of principals)
      for (const [right, any] of wanted) {
        const [row] = await database.db.withUser(principal, (tx) =>
          tx.execute<{ may: boolean }>(sql`
            select ${room.id}::uuid = any (hub_rooms(array[${sql.join(
              any.map((one) => sql`${one}`),
              sql`, `,
            )}])) as may`),
        )
        const { userId, role, rooms } = principal
        expect({ name, userId, role, rooms, right, may: row?.may }).toEqual({
          ...{ name, userId, role, rooms, right },
          may: allows(room.rightsOf(principal), right),
        })
      }
  }
})
