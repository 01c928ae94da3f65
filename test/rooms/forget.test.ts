import { randomUUID } from 'node:crypto'
import { afterEach, describe, expect, test } from 'vitest'
import type { Database } from '#db'
import type { Principal } from '#protocol'
import type { Hearing, Speech } from '#rooms'
import { useDatabase } from '../support/postgres.ts'
import { type Member, person, refusal, startNode, type TestNode } from '../support/rooms.ts'

const database = useDatabase()
const nodes: TestNode[] = []

/** Ids and names that are part of no other word. */
const ZORA = 'user-zq7'
const NAME = 'Zorana'
const THEIRS = /zq7|Zorana|heron/

afterEach(async () => {
  for (const node of nodes.splice(0)) await node.rooms.stop(1_000)
  // the next test's person is in no room yet
  await database.db.withSystem('test', (tx) => tx.execute('delete from rooms'))
})

async function start(db: Database = database.db): Promise<TestNode> {
  const node = await startNode(db)
  nodes.push(node)
  return node
}

async function restart(db?: Database): Promise<TestNode> {
  await nodes.pop()?.rooms.stop(1_000)
  return start(db)
}

/** A meeting of somebody else's, with Zora in it. */
async function meeting(node: TestNode) {
  const name = `meeting ${randomUUID()}`
  const as = (userId: string, right: 'join' | 'moderate', rest: Partial<Principal> = {}) =>
    node.attend(owner.room, person(userId, { rooms: { [name]: [right] }, ...rest }))
  const owner = await node.enter(name, 'owner')
  const mod = await as('mod', 'moderate')
  const zora = await as(ZORA, 'join', { name: NAME })
  const ben = await as('ben', 'join')
  return { owner, mod, zora, ben, room: owner.room, again: () => as(ZORA, 'join', { name: NAME }) }
}

/** All that Postgres holds of a room, as text. */
async function dump(roomId: string, tables = ROWS): Promise<string> {
  const rows = await database.db.withSystem('test', (tx) =>
    Promise.all(
      tables.map((table) => tx.execute(`select * from ${table} where room_id = '${roomId}'`)),
    ),
  )
  return JSON.stringify(rows)
}
const ROWS = ['room_events', 'moderation_cases', 'restrictions', 'room_members', 'consents']

async function whole(member: Member) {
  const { events, more } = await member.room.history(member.principal, 0, 500)
  expect(more).toBe(false)
  expect(events.map(({ seq }) => seq)).toEqual(events.map((_, index) => index + 1))
  return events
}

describe('a person is erased from a live room', () => {
  test('while others talk on: what is by, to and about them goes, its seqs stay, and readers are told', async () => {
    const node = await start()
    const { owner, mod, zora, ben, room, again } = await meeting(node)
    await zora.says('the heron is mine')
    await zora.writes('heron, in private', { to: 'ben' })
    await ben.writes('you and your heron', { to: ZORA })
    await ben.says('a word of my own')
    await mod.acts('warn', ZORA, { reason: 'heron' })
    await mod.acts('mute', 'ben', { reason: 'too loud', minutes: 0.001 })
    const before = room.head
    const talking = [1, 2, 3].map((n) => owner.says(`the owner goes on ${n}`))

    const erased = await node.rooms.privacy.forgetInLogs(ZORA)
    await Promise.all(talking)
    expect(erased).toBeGreaterThanOrEqual(6)
    expect(zora.detached).toEqual(['forgotten'])
    expect(room.participants().map(({ id }) => id)).not.toContain(ZORA)
    expect(await refusal(zora.says('still here'))).toBe('forbidden')
    expect(await dump(room.id, ['room_events'])).not.toMatch(THEIRS)

    // live readers get each tombstone once, at its old seq
    const told = node.signals.flatMap((one) => (one.kind === 'redacted' ? one.tombstones : []))
    expect(new Set(told.map(({ seq }) => seq)).size).toBe(told.length)
    const events = await whole(ben)
    const tombstones = events.filter(({ type }) => type === 'erased')
    expect(told.sort((a, b) => a.seq - b.seq)).toEqual(tombstones)
    expect(tombstones.length).toBe(erased)
    const text = JSON.stringify(events)
    expect(text).toContain('a word of my own')
    expect(text).toContain('the owner goes on 3')
    expect(text).not.toMatch(THEIRS)
    // and who resumes from before does, too
    await ben.join({ since: { epoch: room.epoch, seq: 0 } })
    expect(ben.ack).toMatchObject({ recovered: true })
    expect(ben.ack.events).toEqual(events.slice(0, 500))
    expect(ben.ack.events.length).toBeGreaterThan(before)

    // who comes again is somebody new
    const back = await again()
    expect(await back.says('a new beginning')).toMatchObject({ seq: room.head })
    expect(room.participants().find(({ id }) => id === ZORA)).toMatchObject({ name: NAME })
  })

  test('what is on its way to Postgres is erased with the rest', async () => {
    const node = await start()
    const { zora, room, ben } = await meeting(node)
    const saying = Promise.allSettled(
      Array.from({ length: 50 }, (_, n) => zora.says(`heron ${n}`, { id: `command ${n}` })),
    )
    const forgetting = node.rooms.privacy.forgetInLogs(ZORA)
    const late = Promise.allSettled([zora.says('heron, too late'), zora.writes('heron, too late')])
    await Promise.all([saying, forgetting, late])
    await ben.says('after it')
    expect(await dump(room.id, ['room_events'])).not.toMatch(THEIRS)
    await whole(ben)
  })

  test('what is heard of them too late is not written down, also of a microphone that is closed', async () => {
    const heard: Hearing[] = []
    const speech: Speech = {
      listen(_, hearing) {
        heard.push(hearing)
        return { write() {}, end: () => new Promise(() => {}), cut() {} }
      },
      backlogMs: () => 0,
      async stop() {},
    }
    const node = await startNode(database.db, { speech })
    nodes.push(node)
    const { zora, room, ben } = await meeting(node)
    const [open, closed] = [1, 2].map(() =>
      room.openMicrophone(zora.principal, { sampleRate: 16_000 }),
    )
    void closed?.end()
    await node.rooms.privacy.forgetInLogs(ZORA)
    for (const [index, hearing] of heard.entries()) {
      hearing.partial(`late ${index}`, 'a heron')
      hearing.final({ segment: `late ${index}`, text: 'a heron', from: 1, to: 2 })
      hearing.gap({ from: 1, to: 2, reason: 'late' })
      hearing.speaking(true)
    }
    open?.write(new Int16Array(160))
    await ben.says('after it')
    expect(heard.length).toBeGreaterThanOrEqual(2)
    expect(await dump(room.id, ['room_events'])).not.toMatch(THEIRS)
    expect(JSON.stringify(ben.ephemeral)).not.toMatch(/heron/)
  })

  test('killed between its steps it is done again, and nothing is left', async () => {
    for (const step of [2, 3]) {
      let calls = 0
      // the transactions of an erasure: the rooms, all but the last event, the last event
      const broken: Database = {
        ...database.db,
        withSystem(reason, fn, options) {
          if (reason === 'erase a person' && ++calls === step) throw new Error('killed')
          return database.db.withSystem(reason, fn, options)
        },
      }
      const node = await start(broken)
      const { zora, room } = await meeting(node)
      await zora.says('the heron is mine')
      await expect(node.rooms.privacy.forgetInLogs(ZORA)).rejects.toThrow('killed')
      expect(await dump(room.id, ['room_events'])).toMatch(THEIRS)
      const next = await restart()
      expect(await next.rooms.privacy.forgetInLogs(ZORA)).toBeGreaterThan(0)
      expect(await dump(room.id, ['room_events'])).not.toMatch(THEIRS)
      expect(await next.rooms.privacy.forgetInLogs(ZORA)).toBe(0)
    }
  })
})

describe('a person is erased from rooms that nobody is in', () => {
  test('two hundred of them, a few at a time, with no room brought into memory', async () => {
    await database.db.withSystem('test', (tx) =>
      tx.execute(`
        with made as (
          insert into rooms (name, owner_id, status, seq, created_at, opened_at)
          select 'many ' || n, 'somebody', 'closed', 50, 1, 1 from generate_series(1, 200) n returning id)
        insert into room_events (room_id, seq, id, at, type, actor_id, actor_name, actor_kind, data)
        select id, seq, seq::text, seq, 'transcript.final',
               case when seq % 5 = 0 then '${ZORA}' else 'ben' end,
               case when seq % 5 = 0 then '${NAME}' else 'Ben' end, 'person',
               jsonb_build_object('segment', seq::text, 'source', 'caption', 'text',
                 case when seq % 5 = 0 then 'heron' else 'word' end)
          from made, generate_series(1, 50) seq`),
    )
    const node = await start()
    expect(await node.rooms.privacy.forgetInLogs(ZORA)).toBe(2_000)
    expect(node.rooms.live()).toEqual([])
    const left = await database.db.withSystem('test', (tx) =>
      tx.execute<{ erased: boolean; count: string }>(
        `select erased, count(*) from room_events where room_id in (
           select id from rooms where name like 'many %') group by erased order by erased`,
      ),
    )
    expect(left).toMatchObject([
      { erased: false, count: 8_000 },
      { erased: true, count: 2_000 },
    ])
    // brought back, it is whole
    const room = await node.rooms.get('many 7', person('somebody'))
    const { events } = await room.history(person('somebody'), 0, 100)
    expect(events.filter(({ type }) => type === 'erased')).toHaveLength(10)
    expect(JSON.stringify(events)).not.toMatch(THEIRS)
  })

  test('an erasure and a join of the same room come one after the other', async () => {
    const first = await start()
    const { zora, room } = await meeting(first)
    await zora.says('the heron is mine')
    const node = await restart()
    const [, owner] = await Promise.all([
      node.rooms.privacy.forgetInLogs(ZORA),
      node.enter(room.name, 'owner'),
    ])
    expect(JSON.stringify(await whole(owner))).not.toMatch(THEIRS)
    expect(owner.room.participants().map(({ id }) => id)).not.toContain(ZORA)
  })

  test('rooms of their own go whole, with everybody in them', async () => {
    const node = await start()
    const name = `own ${randomUUID()}`
    const zora = await node.enter(name, person(ZORA, { name: NAME }))
    const ben = await node.attend(zora.room, person('ben', { rooms: { [name]: ['join'] } }))
    expect(await node.rooms.privacy.removeOwned(ZORA)).toBe(1)
    expect(ben.detached).toEqual(['closed'])
    expect(await refusal(node.rooms.get(name, person(ZORA)))).toBe('not_found')
    expect(await dump(zora.room.id)).toBe('[[],[],[],[],[]]')
  })
})

describe('cases and restrictions of a person who is erased', () => {
  test('what holds still holds and can be undone; all else goes, and what they decided was decided by nobody', async () => {
    const node = await start()
    const { mod, room, owner } = await meeting(node)
    await mod.acts('warn', ZORA, { reason: 'heron' })
    await mod.acts('mute', ZORA, { reason: 'heron', minutes: 60 })
    await mod.acts('remove', ZORA, { reason: 'heron', minutes: 60 })
    await mod.acts('restore', ZORA, { reason: 'heron' })
    await mod.acts('mute', ZORA, { reason: 'heron', minutes: 60 })
    const zoraModerates = person(ZORA, { name: NAME, rooms: { [room.name]: ['moderate'] } })
    await room.act(zoraModerates, {
      ...{ room: room.name, action: 'mute', target: 'ben', minutes: 60 },
      reason: 'the heron does not like him',
    })
    const { privacy } = node.rooms
    await node.rooms.setMember(owner.principal, room.name, ZORA, ['watch'])

    expect(await privacy.forgetMemberships(ZORA)).toBe(1)
    await privacy.forgetInLogs(ZORA)
    // the warning, the first mute and the removal, and one of others; the mute that holds is kept
    expect(await privacy.forgetCases(ZORA)).toEqual({ erased: 4, kept: 1 })
    expect(await privacy.forgetRestrictions(ZORA)).toEqual({ erased: 2, kept: 1 })
    await privacy.forgetConsents(ZORA)

    const rows = await dump(room.id)
    expect(rows.replaceAll(/"(target|user)_id":"user-zq7"/g, '')).not.toMatch(THEIRS)
    expect(rows.match(/user-zq7/g)).toHaveLength(2)
    const cases = await room.cases()
    expect(cases).toMatchObject([
      { target: 'ben', by: 'erased', decided_by: 'erased', reason: '', status: 'acted' },
      { target: ZORA, target_name: 'erased', reason: '', status: 'acted', evidence: [] },
    ])
    expect(
      room
        .restricted()
        .map(({ target }) => target)
        .sort(),
    ).toEqual(['ben', ZORA])
    // also after a restart, and it is known from which case it came
    const next = await restart()
    const again = await next.rooms.get(room.name, mod.principal)
    expect(await again.cases()).toEqual(cases)
    await again.act(mod.principal, {
      ...{ room: room.name, action: 'restore', target: ZORA, reason: '' },
    })
    expect(again.restricted().map(({ target }) => target)).toEqual(['ben'])
    // now nothing keeps it; what holds over others stays
    expect(await next.rooms.privacy.sweep()).toMatchObject({ cases: 1 })
    expect(await dump(room.id)).not.toMatch(THEIRS)
    expect(await again.cases()).toMatchObject([{ target: 'ben' }])
    expect(await next.rooms.privacy.sweep()).toMatchObject({ cases: 0 })
  })
})
