import { afterEach, describe, expect, it } from 'vitest'
import { checkpointPlace } from '#agents'
import type { Database } from '#db'
import { query, useDatabase } from '../support/postgres.ts'
import { person } from '../support/rooms.ts'
import { enter, startNode, type TestNode } from './node.ts'

const database = useDatabase()
const options = { agents: { summaryTurns: 3, summaryAfterMs: 100 } }
let node: TestNode

afterEach(() => node.stop())

/** Words, names and ids of the person who is erased. */
const THEIRS = /arthritis|Brunswick|bob-q4/gi
const BOB = 'bob-q4'

async function talk(name: string) {
  const alice = await enter(node, name, 'alice', ['moderate'])
  const bob = await enter(node, name, BOB)
  await alice.says('The greenhouse heating broke because the gateway certificate expired.')
  await bob.says("I'll call doctor Brunswick about my arthritis by Friday.")
  await alice.says('So we decided to ring the phone of whoever is on call at night.')
  return { alice, bob }
}

/** Where they still are in what Postgres holds of rooms and of agents. */
async function traces(): Promise<string[]> {
  const parts = await database.db.withSystem('test', (tx) =>
    Promise.all([
      tx.execute('select * from room_events'),
      tx.execute('select * from moderation_cases'),
      tx.execute('select thread_id, checkpoint, metadata from langgraph.checkpoints'),
      tx.execute("select encode(blob, 'escape') as blob from langgraph.checkpoint_blobs"),
      tx.execute("select encode(blob, 'escape') as blob from langgraph.checkpoint_writes"),
    ]),
  )
  const kept = JSON.stringify(parts)
  return [...kept.matchAll(THEIRS)].map(({ index }) => kept.slice(index - 80, index + 20))
}

const summaryOf = (roomId: string) => `room:${roomId}:summarization`

async function threadsOf(roomId: string): Promise<number> {
  const rows = await query(
    database.adminUrl,
    `select from langgraph.checkpoints where thread_id = '${summaryOf(roomId)}'`,
  )
  return rows.length
}

/** Copies a room's thread and newest summary; returns what puts them back, as a run that was late would. */
async function keep(roomId: string): Promise<() => Promise<void>> {
  const thread = summaryOf(roomId)
  const tables = ['checkpoints', 'checkpoint_blobs', 'checkpoint_writes']
  const run = (statement: string) => query(database.adminUrl, statement)
  for (const table of tables)
    await run(`create table late_${table} as select * from langgraph.${table}
      where thread_id = '${thread}'`)
  await run(`create table late_events as select * from room_events
    where room_id = '${roomId}' and type = 'summary.updated' order by seq desc limit 1`)
  return async () => {
    for (const table of tables) {
      await run(`delete from langgraph.${table} where thread_id = '${thread}'`)
      await run(`insert into langgraph.${table} select * from late_${table}`)
    }
    await run(`update rooms set seq = seq + 1 where id = '${roomId}'`)
    await run(
      `update late_events set id = 'late', seq = (select seq from rooms where id = '${roomId}')`,
    )
    await run('insert into room_events select * from late_events')
  }
}

describe('a person who is erased', () => {
  it('is quoted by no agent: summaries are made anew, answers and greetings are gone', async () => {
    node = await startNode(database.db, options)
    const { alice, bob } = await talk('live')
    await node.event('summary.updated', (e) => /arthritis/.test(JSON.stringify(e.data)))
    // theirs, and one of another that quotes them, and a greeting by their name
    const mine = await bob.asks('What did I say about Brunswick?')
    const other = await alice.asks('Who has to call somebody by Friday?')
    for (const { run } of [mine, other]) await node.event('run.finished', (e) => e.data.run === run)
    await node.event('talkback.said', (e) => e.actor.id === 'agent:auto_join')
    expect(await traces()).not.toEqual([])

    const before = node.events.length
    await node.rooms.privacy.forgetInLogs(BOB)
    await checkpointPlace(database.db).erase(BOB)
    const anew = await node.until(
      () =>
        node.events
          .slice(before)
          .find((e) => e.type === 'summary.updated' && /on call/.test(JSON.stringify(e.data))),
      'a summary of what is left',
    )
    expect(JSON.stringify(anew)).not.toMatch(THEIRS)
    expect(JSON.stringify(alice.room.summary())).not.toMatch(THEIRS)
    const { run } = await alice.asks('Who calls doctor B?')
    const said = await node.event('talkback.said', (e) => e.data.run === run)
    expect(said.data.text).not.toMatch(THEIRS)
    expect(await traces()).toEqual([])
  })

  it('is in no answer that was being made just then', async () => {
    node = await startNode(database.db, options)
    const turns = [0, 1, 2, 4, 8, 16, 32, 64]
    const rooms = await Promise.all(turns.map((turn) => talk(`asked ${turn}`)))
    const erasing = node.rooms.privacy.forgetInLogs(BOB)
    const asking = rooms.map(async ({ alice }, index) => {
      for (let left = turns[index] ?? 0; left > 0; left--)
        await new Promise((resolve) => setImmediate(resolve))
      const { run } = await alice.asks('What are the action items so far?')
      await node.event('run.finished', (e) => e.data.run === run)
    })
    await Promise.all([erasing, ...asking])
    await checkpointPlace(database.db).erase(BOB)
    for (const { alice } of rooms) {
      const { run } = await alice.asks('What are the action items so far?')
      await node.event('run.finished', (e) => e.data.run === run)
    }
    expect(await traces()).toEqual([])
  })

  it('is in no summary of a room that is closed and in no memory, and it is made anew when somebody comes', async () => {
    node = await startNode(database.db, options)
    const { alice } = await talk('closed')
    await node.event('summary.updated', (e) => /arthritis/.test(JSON.stringify(e.data)))
    await alice.room.close('closed')
    const { name } = alice.room
    await node.stop()
    node = await startNode(database.db, options)
    expect(node.rooms.live().map((room) => room.name)).not.toContain(name)

    await node.rooms.privacy.forgetInLogs(BOB)
    expect(node.rooms.live().map((room) => room.name)).not.toContain(name)
    expect(await traces()).toEqual([])
    const room = await node.rooms.get(name, alice.principal)
    expect(JSON.stringify(room.summary() ?? null)).not.toMatch(THEIRS)
    const anew = await node.event('summary.updated', (e) => e.room === name)
    expect(JSON.stringify(anew.data)).toContain('on call')
    expect(JSON.stringify(anew.data)).not.toMatch(THEIRS)
  })

  it('is forgotten also where the hub dies before its agents have', async () => {
    let calls = 0
    // all but the last of the log is erased, and so is the summary; what agents wrote at that moment is not
    const dying: Database = {
      ...database.db,
      withSystem(reason, fn, rest) {
        if (reason === 'erase a person' && ++calls === 3) throw new Error('killed')
        return database.db.withSystem(reason, fn, rest)
      },
    }
    node = await startNode(dying, options)
    const { alice } = await talk('dying')
    await node.event('summary.updated', (e) => /arthritis/.test(JSON.stringify(e.data)))
    await expect.poll(() => threadsOf(alice.room.id)).toBeGreaterThan(0)
    const bring = await keep(alice.room.id)
    await expect(node.rooms.privacy.forgetInLogs(BOB)).rejects.toThrow('killed')
    await node.stop()
    // a run that was under way writes its checkpoint and its summary after all
    await bring()

    node = await startNode(database.db, options)
    const again = await node.rooms.get('dying', alice.principal)
    expect(await traces()).not.toEqual([])
    await node.rooms.privacy.forgetInLogs(BOB)
    await node.event(
      'summary.updated',
      (e) => e.room === 'dying' && /on call/.test(JSON.stringify(e.data)),
    )
    expect(JSON.stringify(again.summary())).not.toMatch(THEIRS)
    expect(await traces()).toEqual([])
  })

  it('leaves nothing behind of rooms of their own', async () => {
    node = await startNode(database.db, options)
    const own = await node.rooms.enter('own', person(BOB))
    await own.join({ id: 'one', principal: person(BOB) }, { as: 'participant' }, () => {})
    for (const n of [1, 2, 3, 4])
      await own.caption(person(BOB), {
        ...{ room: 'own', segment: `${n}`, final: true },
        text: `We decided to see doctor Brunswick about arthritis number ${n}.`,
      })
    await node.event('summary.updated', (e) => e.room === 'own')
    expect(await node.rooms.privacy.removeOwned(BOB)).toBe(1)
    // a moderation case that was being thought about
    await checkpointPlace(database.db).erase(BOB)
    expect(await traces()).toEqual([])
  })
})
