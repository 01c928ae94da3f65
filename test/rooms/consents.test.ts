import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { useDatabase } from '../support/postgres.ts'
import { person, startNode, type TestNode } from '../support/rooms.ts'

const database = useDatabase()
const AGENTS = [{ id: 'agent:qa', name: 'Aura', workflow: 'qa' as const }]
let node: TestNode

beforeAll(async () => {
  node = await startNode(database.db)
})
afterAll(() => node.rooms.stop(1_000))

async function consents(roomId: string): Promise<string[]> {
  const rows = await database.db.withSystem('test', (tx) =>
    tx.execute<{ user_id: string; kind: string }>(
      `select user_id, kind from consents where room_id = '${roomId}' order by at, user_id, kind`,
    ),
  )
  return rows.map(({ user_id, kind }) => `${user_id} ${kind}`)
}

async function scene() {
  const name = `consents ${randomUUID()}`
  const owner = await node.enter(name, 'owner')
  const comes = (userId: string) =>
    node.attend(owner.room, person(userId, { rooms: { [name]: ['join'] } }))
  return { owner, comes, room: owner.room }
}

describe('who was told that agents listen', () => {
  test('is who comes while they do, once for their coming, and who is here when they begin', async () => {
    const { comes, room } = await scene()
    await comes('early')
    expect(await consents(room.id)).toEqual([])
    room.setAgents(AGENTS)
    await expect.poll(() => consents(room.id)).toEqual(['early told', 'owner told'])
    const late = await comes('late')
    // a second tab, and the same again, are no second coming
    await comes('late')
    await late.join()
    room.setAgents([])
    room.setAgents(AGENTS)
    await comes('last')
    expect(await consents(room.id)).toEqual([
      ...['early told', 'owner told', 'late told', 'last told'],
    ])
  })

  test('is written with their coming, or neither is', async () => {
    const { comes, room } = await scene()
    room.setAgents(AGENTS)
    await expect.poll(() => consents(room.id)).toEqual(['owner told'])
    const at = await database.db.withSystem('test', async (tx) => {
      await comes('ann')
      const [row] = await tx.execute<{ same: boolean }>(
        `select consents.at = room_events.at as same from consents join room_events
           on room_events.room_id = consents.room_id and actor_id = user_id and type = 'participant.joined'
         where consents.room_id = '${room.id}' and user_id = 'ann'`,
      )
      return row
    })
    expect(at).toEqual({ same: true })
  })

  test('and who opted out, and in again, is there with them; the last word holds after a restart', async () => {
    const { owner, comes, room } = await scene()
    room.setAgents(AGENTS)
    await expect.poll(() => consents(room.id)).toEqual(['owner told'])
    const ann = await comes('ann')
    await room.setTranscription(ann.principal, false)
    await room.setTranscription(ann.principal, false)
    await room.setTranscription(ann.principal, true)
    await room.setTranscription(owner.principal, false)
    const said = await consents(room.id)
    expect(said.toSorted()).toEqual([
      ...['ann opted_in', 'ann opted_out', 'ann told', 'owner opted_out', 'owner told'],
    ])
    await node.rooms.stop(1_000)
    node = await startNode(database.db)
    const back = await node.rooms.get(room.name, owner.principal)
    const out = back.participants().map(({ id, opted_out }) => [id, opted_out])
    expect(out).toEqual([
      ['owner', true],
      ['ann', false],
    ])
  })
})
