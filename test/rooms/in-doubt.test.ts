import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { query, useDatabase } from '../support/postgres.ts'
import { startNode, type TestNode } from '../support/rooms.ts'

/**
 * Commits whose answer is lost. Commits of events that say `slow` take 300 ms in Postgres, so that a
 * test finds them under way.
 */
describe('a commit of which nobody knows whether it happened', () => {
  const database = useDatabase()
  let node: TestNode

  beforeAll(async () => {
    node = await startNode(database.db)
    await query(
      database.adminUrl,
      `create function slow() returns trigger language plpgsql as $$
         begin
           if new.data ->> 'text' like 'slow%' then perform pg_sleep(0.3); end if;
           return null;
         end $$;
       create constraint trigger slow after insert on room_events
         deferrable initially deferred for each row execute function slow()`,
    )
  })
  afterAll(() => node.rooms.stop(5_000))

  /** The backend that commits now, once there is one. */
  async function committing(): Promise<number> {
    for (;;) {
      const [row] = await query(
        database.adminUrl,
        `select pid from pg_stat_activity
         where datname = current_database() and state = 'active' and query = 'commit'`,
      )
      if (row) return row.pid
      await sleep(5)
    }
  }

  const waitsForLock = async () =>
    (
      await query(
        database.adminUrl,
        `select from pg_stat_activity
         where datname = current_database() and wait_event_type = 'Lock'`,
      )
    ).length > 0

  test('the connection is cut, the commit happens: it is found, and shown once', async () => {
    const ann = await node.enter('found', 'ann')
    const said = ann.writes('slow, and done', { id: 's' })
    const pid = await committing()
    // The backend hangs in its commit until the hub has given it up and waits for its lock.
    process.kill(pid, 'SIGSTOP')
    const after = ann.writes('after it')
    while (!(await waitsForLock())) await sleep(20)
    // The hub's patience for a lock ends (2 s), and the commit is still under way.
    while (await waitsForLock()) await sleep(20)
    process.kill(pid, 'SIGCONT')
    expect(await said).toEqual({ seq: 3 })
    expect(await after).toEqual({ seq: 4 })
    expect((await node.log(ann.room)).slice(2)).toEqual([
      'chat.message ann slow, and done',
      'chat.message ann after it',
    ])
    expect(ann.seen.map(({ seq }) => seq)).toEqual([3, 4])
    expect(await ann.writes('slow, and done', { id: 's' })).toEqual({ seq: 3, duplicate: true })
  })

  test('the backend is killed in its commit, fifteen times: each event is there once', async () => {
    const ann = await node.enter('killed', 'ann')
    for (let round = 0; round < 15; round++) {
      const said = [ann.writes(`slow ${round}`), ann.writes(`beside ${round}`)]
      const pid = await committing()
      await query(database.adminUrl, 'select pg_terminate_backend($1)', [pid])
      await Promise.all(said)
    }
    expect((await node.log(ann.room)).slice(2)).toEqual(
      Array.from({ length: 15 }, (_, round) => [
        `chat.message ann slow ${round}`,
        `chat.message ann beside ${round}`,
      ]).flat(),
    )
    expect(ann.seen.map(({ seq }) => seq)).toEqual(Array.from({ length: 30 }, (_, i) => i + 3))
  }, 60_000)

  test('backends are killed at any moment under a stream: nothing is lost, nothing twice', async () => {
    const ann = await node.enter('stream', 'ann')
    const acked: number[] = []
    let over = false
    let sent = 0
    const speaker = async () => {
      while (!over) acked.push((await ann.writes(`${++sent}`)).seq)
    }
    const stream = Promise.all([speaker(), speaker(), speaker(), speaker()])
    for (let round = 0; round < 30; round++) {
      await query(
        database.adminUrl,
        `select pg_terminate_backend(pid) from pg_stat_activity
         where datname = current_database() and application_name like 'auralink%'`,
      )
      const enough = acked.length + 3
      while (acked.length < enough) await sleep(2)
    }
    over = true
    await stream
    const lines = (await node.log(ann.room)).slice(2)
    expect([...lines].sort()).toEqual(
      Array.from({ length: sent }, (_, i) => `chat.message ann ${i + 1}`).sort(),
    )
    expect([...acked].sort((a, b) => a - b)).toEqual(lines.map((_, i) => i + 3))
    expect(ann.seen.map(({ seq }) => seq)).toEqual(lines.map((_, i) => i + 3))
  }, 60_000)

  test('an action with its rows is killed in its commit: rows and events are there once, together', async () => {
    const owner = await node.enter('rows', 'owner')
    await node.rooms.setMember(owner.principal, 'rows', 'ben', ['join'])
    const ben = await node.enter('rows', 'ben')
    await query(
      database.adminUrl,
      `create function slow_always() returns trigger language plpgsql as $$
         begin perform pg_sleep(0.3); return null; end $$;
       create constraint trigger slow after insert on restrictions
         deferrable initially deferred for each row execute function slow_always()`,
    )
    const muting = owner.acts('mute', 'ben')
    await query(database.adminUrl, 'select pg_terminate_backend($1)', [await committing()])
    const { case: id } = await muting
    await expect(ben.says('x')).rejects.toMatchObject({ code: 'muted' })
    const rows = await query(database.adminUrl, 'select case_id from restrictions')
    expect(rows).toEqual([{ case_id: id }])
    expect((await node.log(owner.room)).slice(3)).toEqual([
      'moderation.acted owner mute',
      'participant.updated ben',
    ])
  })
})
