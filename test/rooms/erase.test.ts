import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { person, startNode, type TestNode } from '../support/rooms.ts'

describe('erasing', () => {
  const database = useDatabase()
  let node: TestNode
  const clock = createFakeClock()

  beforeAll(async () => {
    node = await startNode(database.db, { clock })
  })
  afterAll(() => node.rooms.stop(1000))

  async function restart() {
    await node.rooms.stop(1000)
    node = await startNode(database.db, { clock })
  }

  test('the words and the name go, the seq stays and reads as erased, also after a restart', async () => {
    const ann = await node.enter('erased', 'ann')
    const { seq = 0 } = await ann.says('my secret')
    await ann.writes('after it')
    await ann.room.erase([seq])
    const { epoch } = ann.room
    const erased = { room: 'erased', epoch, seq, at: clock.now(), type: 'erased' }
    const page = async () => (await ann.room.history(ann.principal, seq - 1, 10)).events
    expect(await page()).toMatchObject([erased, { data: { text: 'after it' } }])
    expect(await ann.room.read(['transcript.final'], 0)).toEqual([])
    await ann.join({ since: { epoch, seq: seq - 1 } })
    expect(ann.ack.events[0]).toEqual(erased)
    // who had read it, and was away when its tombstone went out, is to begin anew
    const { head } = ann.room
    await ann.join({ since: { epoch, seq: head } })
    expect(ann.ack).toMatchObject({ recovered: false, snapshot: expect.anything() })
    await ann.writes('later')
    await ann.join({ since: { epoch, seq: head + 1 } })
    expect(ann.ack.recovered).toBe(true)
    await restart()
    ann.room = await node.rooms.get('erased', ann.principal)
    expect((await page())[0]).toEqual(erased)
    const rows = await database.db.withSystem('test', (tx) =>
      tx.execute(`select * from room_events where room_id = '${ann.room.id}' and seq = ${seq}`),
    )
    const kept = JSON.stringify(rows)
    expect(kept).not.toContain('secret')
    expect(kept).not.toContain('ann')
  })

  test('an erased summary is shown no more; the one before it takes its place', async () => {
    const ann = await node.enter('summaries', 'ann')
    const actor = { id: 'agent:summarization', name: 'Aura', kind: 'agent' as const }
    const summarize = async (text: string) => {
      const points = { key_points: [{ text, evidence: [2] }], decisions: [] }
      const data = { version: 1, upto: 2, ...points, action_items: [], topics: [] }
      const [event] = await ann.room.append([{ type: 'summary.updated', actor, data }])
      return event?.seq ?? 0
    }
    await summarize('first')
    const second = await summarize('second')
    await ann.room.erase([second])
    expect(ann.room.summary()?.key_points[0]?.text).toBe('first')
    await restart()
    const back = await node.enter('summaries', 'ann')
    expect(back.ack.snapshot?.summary?.key_points[0]?.text).toBe('first')
  })

  test('an erased coming leaves no ghost behind at the next start', async () => {
    const owner = await node.enter('ghosts', 'owner')
    await node.attend(owner.room, person('ben', { rooms: { ghosts: ['join'] } }))
    await owner.room.erase([3])
    await restart()
    const back = await node.enter('ghosts', 'owner')
    expect(back.ack.snapshot?.participants.map(({ id }) => id)).toEqual(['owner'])
  })
})
