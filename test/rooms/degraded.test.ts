import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { type Database, isUnavailable } from '#db'
import { createSkippingClock } from '../support/clock.ts'
import { startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { freeze } from '../support/freeze.ts'
import { openAt } from '../support/postgres.ts'
import { person, refusal, startNode, type TestNode } from '../support/rooms.ts'

/** WIRE, Degraded: what waits for Postgres is shown without seq, and comes again with it. */
describe('while Postgres is away', () => {
  let server: TestServer
  let db: Database
  let node: TestNode
  const clock = createSkippingClock()
  const MAX = 5

  beforeAll(async () => {
    server = await startDebianPostgres()
    db = await openAt(server.url)
  })
  afterAll(async () => {
    await db.close()
    await server.stop()
  })
  beforeEach(async () => {
    node = await startNode(db, { clock, limits: { maxWaitingItems: MAX } })
  })
  afterEach(async () => {
    await server.down('SIGINT')
    await server.up()
    await node.rooms.stop(5_000)
  })

  const guest = (name: string, userId: string) => person(userId, { rooms: { [name]: ['join'] } })
  /** Resolves when the node knows that Postgres is away: the first append has failed. */
  const noticed = (room: string) =>
    node.signal((signal) => signal.kind === 'pending' && signal.room.name === room)
  const state = (one: { ephemeral: { type: string }[] }) =>
    one.ephemeral.map(({ type }) => type).filter((type) => type.startsWith('room.'))

  test('finals and chat are shown as pending, and come again with seq and the same id', async () => {
    const ann = await node.enter('pending', 'ann')
    const ben = await node.attend(ann.room, guest('pending', 'ben'))
    const cat = await node.attend(ann.room, guest('pending', 'cat'))
    const { head } = ann.room
    await server.down('SIGINT')
    const acks: number[] = []
    const work = [
      ann.says('said').then(({ seq = 0 }) => acks.push(seq)),
      ben.writes('written').then(({ seq }) => acks.push(seq)),
      ben.writes('whispered', { to: 'ann' }).then(({ seq }) => acks.push(seq)),
      ann.room.setTranscription(ann.principal, false),
    ]
    await noticed('pending')
    await vi.waitFor(() => expect(ann.pending).toHaveLength(3))
    expect(ann.pending).toMatchObject([
      { pending: true, type: 'transcript.final', data: { text: 'said' } },
      { pending: true, type: 'chat.message', data: { text: 'written' } },
      { pending: true, type: 'chat.message', data: { text: 'whispered' }, to: 'ann' },
    ])
    for (const event of ann.pending) expect(event).not.toHaveProperty('seq')
    expect(cat.pending.map((event) => event.id)).toEqual(
      ann.pending.slice(0, 2).map(({ id }) => id),
    )
    expect(ann.ephemeral.at(-1)).toMatchObject({ type: 'room.degraded', data: { pending: 4 } })
    expect(acks).toEqual([])
    expect(ann.seen.filter((event) => event.seq > head)).toEqual([])
    expect(node.rooms.ready()).toBe(false)

    await server.up()
    await Promise.all(work)
    expect(acks).toEqual([head + 1, head + 2, head + 3])
    const shown = ann.seen.slice(-4)
    expect(shown.map(({ seq }) => seq)).toEqual([1, 2, 3, 4].map((i) => head + i))
    expect(shown.slice(0, 3).map((event) => 'id' in event && event.id)).toEqual(
      ann.pending.map(({ id }) => id),
    )
    expect(state(ann).at(-1)).toBe('room.recovered')
    expect(state(ann).filter((type) => type === 'room.recovered')).toHaveLength(1)
    await vi.waitFor(() => expect(node.rooms.ready()).toBe(true), 5_000)
  })

  test('a Postgres that hangs is the same, and what it did meanwhile is not done twice', async () => {
    const ann = await node.enter('hangs', 'ann')
    const thaw = freeze(server)
    const work = Promise.all([ann.writes('1'), ann.writes('2')])
    await noticed('hangs')
    const more = ann.writes('3')
    thaw()
    await Promise.all([work, more])
    expect((await node.log(ann.room)).slice(2)).toEqual([
      'chat.message ann 1',
      'chat.message ann 2',
      'chat.message ann 3',
    ])
    expect(ann.seen.map(({ seq }) => seq)).toEqual([3, 4, 5])
  })

  test('over the bound it is refused and never comes; what was held does', async () => {
    const ann = await node.enter('bound', 'ann')
    await server.down('SIGINT')
    const held = [ann.writes('held 1')]
    await noticed('bound')
    for (let i = 2; i <= MAX; i++) held.push(ann.writes(`held ${i}`))
    expect(await refusal(ann.writes('one too many', { id: 'x' }))).toBe('degraded')
    // Another room has a bound of its own.
    await server.up()
    await Promise.all(held)
    expect((await node.log(ann.room)).slice(2)).toEqual(
      [1, 2, 3, 4, 5].map((i) => `chat.message ann held ${i}`),
    )
    expect(await ann.writes('one too many', { id: 'x' })).not.toHaveProperty('duplicate')
  })

  test('who waits too long is told so; it is committed once, and its id knows it', async () => {
    const ann = await node.enter('wait', 'ann')
    await server.down('SIGINT')
    const first = refusal(ann.writes('patience', { id: 'p' }))
    await noticed('wait')
    clock.skip(10_000)
    expect(await first).toBe('degraded')
    const again = ann.writes('patience', { id: 'p' })
    await server.up()
    expect(await again).toEqual({ seq: 3, duplicate: true })
    expect((await node.log(ann.room)).slice(2)).toEqual(['chat.message ann patience'])
  })

  test('who joins is refused in time; who watches reads on; what was held is come and gone', async () => {
    const ann = await node.enter('joins', 'ann')
    await server.down('SIGINT')
    const said = refusal(ann.writes('hello'))
    await noticed('joins')
    const joining = refusal(node.attend(ann.room, guest('joins', 'ben')))
    const watching = await node.attend(ann.room, guest('joins', 'cat'), {
      as: 'watch',
      since: { epoch: ann.room.epoch, seq: 0 },
    })
    expect(watching.ack.events.map((event) => event.type)).toEqual([
      'room.opened',
      'participant.joined',
    ])
    clock.skip(10_000)
    expect(await joining).toBe('degraded')
    // A room that is not in memory cannot be had; the server answers `degraded` for this.
    await expect(node.enter('not loaded', 'ann')).rejects.toSatisfy(isUnavailable)
    expect(await said).toBe('degraded')
    await server.up()
    await node.event(({ room, actor }) => room === 'joins' && actor.id === 'ben')
    clock.skip(10_000)
    await node.event(({ room, type }) => room === 'joins' && type === 'participant.left')
    expect(watching.seen.map((event) => event.type)).toEqual([
      'chat.message',
      'participant.joined',
      'participant.left',
    ])
  })

  test('a mute holds at once, and is written when Postgres is back', async () => {
    const owner = await node.enter('mutes', 'owner')
    const ben = await node.attend(owner.room, guest('mutes', 'ben'))
    await server.down('SIGINT')
    const muting = owner.acts('mute', 'ben', { minutes: 5 })
    await node.signal(({ kind, room }) => kind === 'ephemeral' && room === owner.room)
    expect(await refusal(ben.says('and now?'))).toBe('muted')
    await server.up()
    const { case: id } = await muting
    expect((await owner.room.cases()).map((one) => one.case)).toEqual([id])
    expect((await node.log(owner.room)).slice(3)).toEqual([
      'moderation.acted owner mute',
      'participant.updated ben',
    ])
  })

  test('what Postgres will never take is refused when it is back, and nothing is held up by it', async () => {
    const ann = await node.enter('poison', 'ann')
    await server.down('SIGINT')
    const actor = { id: 'agent:qa', name: 'Aura', kind: 'agent' as const }
    const poison = ann.room.append([{ type: 'chat.message', actor, data: { text: 'a\0b' } }])
    const outcome = poison.then(
      () => 'done',
      () => 'refused',
    )
    await noticed('poison')
    await server.up()
    expect(await outcome).toBe('refused')
    expect(state(ann)).toEqual(['room.degraded', 'room.recovered'])
    await vi.waitFor(() => expect(node.rooms.ready()).toBe(true), 5_000)
    expect(await ann.writes('next')).toEqual({ seq: 3 })
  })

  test('a hub that stops meanwhile says so to who waits, and ends in time', async () => {
    const ann = await node.enter('stops', 'ann')
    await server.down('SIGINT')
    const waiting = refusal(ann.writes('never'))
    await noticed('stops')
    await node.rooms.stop(100)
    expect(await waiting).toBe('degraded')
    expect(await refusal(ann.writes('after it'))).toBe('not_owner')
  })

  test('Postgres crashes again and again under a stream: every ack is true, nothing comes twice', async () => {
    const ann = await node.enter('crashes', 'ann')
    const acked = new Map<string, number>()
    let sent = 0
    let over = false
    const speaker = async () => {
      while (!over) {
        const text = `${++sent}`
        const { seq } = await ann.writes(text, { id: text })
        acked.set(text, seq)
      }
    }
    const stream = Promise.all([speaker(), speaker(), speaker()])
    for (let round = 0; round < 4; round++) {
      const enough = acked.size + 30
      await vi.waitFor(() => expect(acked.size).toBeGreaterThan(enough), 10_000)
      await server.down('SIGKILL')
      await server.up()
    }
    over = true
    await stream
    const lines = (await node.log(ann.room)).slice(2)
    expect(lines).toHaveLength(sent)
    for (const [text, seq] of acked) expect(lines[seq - 3]).toBe(`chat.message ann ${text}`)
    expect(ann.seen.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i + 3))
  }, 60_000)
})
