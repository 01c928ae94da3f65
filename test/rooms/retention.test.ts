import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createFakeClock } from '../support/clock.ts'
import { useDatabase } from '../support/postgres.ts'
import { type Member, person, startNode, type TestNode } from '../support/rooms.ts'

const DAY = 86_400_000
const database = useDatabase()
const clock = createFakeClock()
let node: TestNode

beforeEach(async () => {
  node = await startNode(database.db, { clock })
})
afterEach(async () => {
  await node.rooms.stop(1_000)
  await database.db.withSystem('test', (tx) => tx.execute('delete from rooms'))
})

async function restart() {
  await node.rooms.stop(1_000)
  node = await startNode(database.db, { clock })
}

/** Words are said on two days, a week apart; seqs of the old ones are returned. */
async function scene(settings: { retention_days?: number | null }) {
  const name = `kept ${randomUUID()}`
  const ann = await node.enter(name, 'ann')
  const ben = await node.attend(ann.room, person('ben', { rooms: { [name]: ['join'] } }))
  await node.rooms.changeSettings(ann.principal, name, settings)
  await ben.room.setTranscription(ben.principal, false)
  const { seq = 0 } = await ann.says('an old word')
  ben.leave()
  await clock.advance(7 * DAY)
  await node.event((event) => event.room === name && event.type === 'participant.left')
  return { ann, name, old: seq, room: ann.room }
}

const rowsOf = async (roomId: string) => {
  const rows = await database.db.withSystem('test', (tx) =>
    tx.execute<{ seq: number; type: string; erased: boolean }>(
      `select seq, type, erased from room_events where room_id = '${roomId}' order by seq`,
    ),
  )
  return rows.map(({ seq, type, erased }) => `${seq} ${erased ? 'erased' : type}`)
}

const history = async (member: Member, after = 0) =>
  member.room.history(member.principal, after, 100)

describe('a room that keeps what is said for some days', () => {
  test('while it is open: the old words are gone, whoever is here stays, and no seq is missing', async () => {
    const { ann, room, old } = await scene({ retention_days: 3 })
    await ann.says('a new word')
    expect(await node.rooms.privacy.sweep()).toMatchObject({ rooms: 1, events: 0 })
    expect(await rowsOf(room.id)).toEqual([
      '1 room.opened',
      '2 participant.joined',
      '3 erased',
      '4 erased',
      `${old} erased`,
      '6 erased',
      '7 transcript.final',
    ])
    const { events } = await history(ann)
    expect(JSON.stringify(events)).not.toContain('an old word')
    expect(JSON.stringify(events)).toContain('a new word')
    expect(room.participants().map(({ id }) => id)).toEqual(['ann'])
    // a second look finds nothing more
    expect(await node.rooms.privacy.sweep()).toMatchObject({ tombstones: 0, events: 0 })
    await room.close('closed')
  })

  test('once it was closed: the rows are gone, readers are told that it begins later, and it goes on', async () => {
    const before = await scene({ retention_days: 3 })
    const { epoch, name } = before.room
    await before.room.close('closed')
    await clock.advance(DAY)
    const ann = await node.enter(name, 'ann')
    const { room } = ann
    await ann.says('a new word')
    expect(await node.rooms.privacy.sweep()).toMatchObject({ events: 6 })
    expect(await rowsOf(room.id)).toEqual(
      Array.from({ length: room.head - 6 }, (_, index) => index + 7).map((seq) =>
        expect.stringMatching(new RegExp(`^${seq} `)),
      ),
    )
    const page = await history(ann)
    expect(page.events[0]).toMatchObject({ seq: 7 })
    expect(page.more).toBe(false)
    await ann.join({ since: { epoch, seq: 2 } })
    expect(ann.ack).toMatchObject({ recovered: false, events: [] })
    expect(ann.ack.snapshot).toBeDefined()
    await ann.join({ since: { epoch, seq: 6 } })
    expect(ann.ack).toMatchObject({ recovered: true })
    expect(ann.ack.events[0]).toMatchObject({ seq: 7 })

    // so it is after a restart, and who opted out is not transcribed, though the log has it no more
    await restart()
    const back = await node.enter(name, 'ann')
    expect((await history(back)).events[0]).toMatchObject({ seq: 7 })
    const ben = await node.attend(back.room, person('ben', { rooms: { [name]: ['join'] } }))
    const view = back.room.participants().find(({ id }) => id === 'ben')
    expect(view).toMatchObject({ opted_out: true })
    await ben.room.setTranscription(ben.principal, true)
    await back.room.close('closed')
  })

  test('when all of it is old, also in no memory: nothing is left, and it can be opened again', async () => {
    const { room, name } = await scene({ retention_days: 3 })
    await room.close('closed')
    const { head } = room
    await restart()
    await clock.advance(7 * DAY)
    expect(await node.rooms.privacy.sweep()).toMatchObject({ events: head })
    expect(node.rooms.live().map((one) => one.name)).not.toContain(name)
    expect(await rowsOf(room.id)).toEqual([])
    const ann = await node.enter(name, 'ann')
    expect((await history(ann)).events.map(({ seq, type }) => `${seq} ${type}`)).toEqual([
      `${head + 1} room.opened`,
      `${head + 2} participant.joined`,
    ])
    await ann.room.close('closed')
  })

  test('a case goes with what it was about, but not while something holds by it', async () => {
    const { ann, room } = await scene({ retention_days: 3 })
    await ann.acts('warn', 'ben')
    const { case: held } = await ann.acts('remove', 'ben')
    await clock.advance(7 * DAY)
    expect(await node.rooms.privacy.sweep()).toMatchObject({ cases: 1 })
    expect((await room.cases()).map((one) => one.case)).toEqual([held])
    await ann.acts('restore', 'ben')
    await clock.advance(7 * DAY)
    await node.rooms.privacy.sweep()
    expect(await room.cases()).toEqual([])
    await room.close('closed')
  })

  test('rooms that keep it for ever keep it', async () => {
    const { ann, room } = await scene({ retention_days: null })
    await node.rooms.privacy.sweep()
    expect(JSON.stringify((await history(ann)).events)).toContain('an old word')
    await room.close('closed')
  })
})
