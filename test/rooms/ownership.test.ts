import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Database } from '#db'
import { acquireOwnership, systemClock } from '#rooms'
import { createFakeClock } from '../support/clock.ts'
import { query, startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { openAt, quiet } from '../support/postgres.ts'
import { refusal, startNode } from '../support/rooms.ts'

/** DESIGN: leases are judged by database time; a node without its lease writes nothing. */
describe('ownership', () => {
  let server: TestServer
  let db: Database
  /** Never fires: what waits by it waits for ever. */
  const still = createFakeClock()

  beforeAll(async () => {
    server = await startDebianPostgres()
    db = await openAt(server.url)
  })
  afterAll(async () => {
    await db.close()
    await server.stop()
  })
  beforeEach(() => query(server.url, 'delete from nodes'))

  const lapse = () =>
    query(server.url, "update nodes set expires_at = clock_timestamp() - interval '1 s'")
  const nodes = async () =>
    (await query(server.url, 'select id from nodes order by id')).map((row) => row.id)

  test('a second hub is refused while the first lives, and the first goes on', async () => {
    const first = await startNode(db, { nodeId: 'first' })
    expect(await refusal(startNode(db, { nodeId: 'second' }))).toBe('conflict')
    const ann = await first.enter('refused', 'ann')
    expect(await refusal(ann.writes('here'))).toBe('done')
    expect(await nodes()).toEqual(['first'])
    await first.rooms.stop(1000)
    expect(await nodes()).toEqual([])
  })

  test('given back, the lease is taken at once; under the same id it is taken from oneself', async () => {
    const first = await startNode(db, { nodeId: 'first' })
    await first.rooms.stop(1000)
    const second = await startNode(db, { nodeId: 'second', leaseClock: still })
    // Killed and started again: no waiting, by a clock on which waiting never ends.
    const again = await startNode(db, { nodeId: 'second', leaseClock: still })
    expect(again.ownership.fence()).toBeGreaterThan(second.ownership.fence())
    expect(await second.ownership.renew()).toBe(false)
    expect(await again.ownership.renew()).toBe(true)
  })

  test('a zombie whose place was taken writes nothing: no event, no row; it is told and lets go', async () => {
    let lost = 0
    const onLost = () => {
      lost += 1
    }
    const zombie = await startNode(db, { nodeId: 'a', leaseClock: still, onLost })
    const ann = await zombie.enter('zombie', 'ann')
    const other = await zombie.enter('zombie too', 'ann')
    await zombie.rooms.setMember(ann.principal, 'zombie', 'ben', ['join'])
    await zombie.enter('zombie', 'ben')
    await lapse()
    const owner = await startNode(db, { nodeId: 'b' })
    expect(await nodes()).toEqual(['b'])
    const now = await owner.enter('zombie', 'ann', { since: ann.ack })
    expect(now.ack).toMatchObject({ recovered: true, epoch: ann.ack.epoch })
    const before = await owner.log(now.room)

    expect(await refusal(ann.acts('mute', 'ben'))).toBe('not_owner')
    expect(await refusal(ann.writes('from the grave'))).toBe('not_owner')
    // A room that the new owner has not claimed yet is not the zombie's either.
    expect(await refusal(other.writes('from the grave'))).toBe('not_owner')
    expect(await owner.log(now.room)).toEqual(before)
    expect(await query(server.url, 'select from moderation_cases')).toEqual([])
    expect(await query(server.url, 'select from restrictions')).toEqual([])
    expect(lost).toBe(1)
    const released = zombie.signals.filter(({ kind }) => kind === 'released')
    expect(released.map(({ room }) => room.name).sort()).toEqual(['zombie', 'zombie too'])
    expect(await refusal(now.writes('alive'))).toBe('done')
    const { seq } = await (await owner.enter('zombie too', 'ann')).writes('alive')
    expect(seq).toBe(3)
    await owner.rooms.stop(1000)
  })

  test('a zombie of the same node id is no better', async () => {
    const zombie = await startNode(db, { nodeId: 'a', leaseClock: still })
    const ann = await zombie.enter('twin', 'ann')
    const node = await startNode(db, { nodeId: 'a' })
    expect(await refusal(ann.writes('from the grave'))).toBe('not_owner')
    const now = await node.enter('twin', 'ann', { since: ann.ack })
    expect(now.ack).toMatchObject({ recovered: true, seq: ann.ack.seq, events: [] })
    await node.rooms.stop(1000)
  })

  test('a lease that lapsed without anybody taking it is renewed by the next append', async () => {
    let lost = 0
    const node = await startNode(db, {
      nodeId: 'a',
      leaseClock: still,
      onLost: () => {
        lost += 1
      },
    })
    const ann = await node.enter('lapsed', 'ann')
    await lapse()
    expect(await refusal(ann.writes('still here'))).toBe('done')
    await lapse()
    expect(await refusal(ann.acts('warn', 'ann'))).toBe('invalid')
    await node.rooms.setMember(ann.principal, 'lapsed', 'ben', ['join'])
    await node.enter('lapsed', 'ben')
    await lapse()
    // With rows of its own it is done once, too.
    expect(await refusal(ann.acts('mute', 'ben'))).toBe('done')
    expect(
      await query(server.url, 'select from restrictions where lifted_at is null'),
    ).toHaveLength(1)
    expect(lost).toBe(0)
  })

  test('after an outage the node that lived through it keeps its rooms, who else comes waits', async () => {
    const clock = createFakeClock()
    const node = await startNode(db, { nodeId: 'a', leaseClock: still, clock })
    const ann = await node.enter('outage', 'ann')
    await lapse()
    await server.down('SIGINT')
    const said = ann.writes('said meanwhile')
    await node.signal(({ kind }) => kind === 'pending')
    await server.up()
    // The other one looks first, and finds a lease that ran out while nobody could renew it.
    let rival: Promise<string> | undefined
    await new Promise<void>((resolve) => {
      const log = quiet.child({})
      log.info = () => resolve()
      rival = refusal(
        acquireOwnership({ db, nodeId: 'b', clock: systemClock, log, onLost: () => {} }),
      )
    })
    await clock.advance(200)
    expect(await said).toEqual({ seq: 3 })
    const heart = setInterval(() => node.ownership.renew(), 500)
    expect(await rival).toBe('conflict')
    clearInterval(heart)
  })

  test('a room of another live node is not taken', async () => {
    const node = await startNode(db, { nodeId: 'a' })
    const ann = await node.enter('theirs', 'ann')
    await ann.room.close('closed')
    await query(
      server.url,
      `insert into nodes (id, fence, expires_at) values ('z', 0, clock_timestamp() + interval '1 h')`,
    )
    await query(server.url, "update rooms set node_id = 'z', fence = 0 where name = 'theirs'")
    expect(await refusal(ann.join())).toBe('not_owner')
    expect(await refusal(node.rooms.get('theirs', ann.principal))).toBe('not_owner')
    await query(server.url, "delete from nodes where id = 'z'")
    expect((await node.enter('theirs', 'ann')).ack.epoch).toBe(ann.ack.epoch)
    await node.rooms.stop(1000)
  })
})
