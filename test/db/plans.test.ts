import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '#db'
import { loadRoom } from '../../rooms/load.ts'
import { createTestDatabase, query, type TestDatabase } from '../support/postgres.ts'

let database: TestDatabase
let db: Database

beforeAll(async () => {
  database = await createTestDatabase()
  db = await database.open()
})

afterAll(async () => {
  await db.close()
  await database.drop()
})

const END = 1_800_000_000_000

test('a room of 20,000 events is loaded by the indexes made for it', async () => {
  const ask = (text: string) => query(database.adminUrl, text)
  await ask(`
    insert into rooms (name, owner_id, created_at, opened_at, seq)
      select name, 'olga', 1, 1, 20000 from unnest(array['a', 'b', 'c', 'd', 'e', 'f']) name;
    insert into room_events
        (room_id, seq, id, at, type, actor_id, actor_name, actor_kind, data, command_id)
      select room_id, seq, 'e' || seq, ${END} - (20000 - seq) * 1500,
             case when seq = 1 then 'room.opened' when seq % 40 = 0 then 'participant.updated'
                  else 'transcript.final' end,
             'u' || seq % 20, 'U', 'person', jsonb_build_object('segment', seq, 'text', 'words'),
             case when seq % 10 < 8 then 'c' || seq end
        from (select id as room_id from rooms) rooms, generate_series(1, 20000) seq;
    analyze room_events`)
  const stats = async () => {
    const rows = await ask(`
      select indexrelname as name, idx_scan::int as scans from pg_stat_user_indexes
       where relname = 'room_events'`)
    return new Map<string, number>(rows.map(({ name, scans }) => [name, scans]))
  }
  const before = await stats()
  const used = async () => {
    const rows = [...(await stats())].filter(([name, scans]) => scans > (before.get(name) ?? 0))
    return rows.map(([name]) => name).sort()
  }
  const stored = await loadRoom(db, 'a', END)
  expect(stored?.commands).toHaveLength(320)
  // a session tells its figures when it ends
  await db.close()
  db = await database.open()
  // of what was said, most is read, so that there it is for Postgres to choose
  await expect
    .poll(used)
    .toEqual(
      expect.arrayContaining([
        'room_events_commands',
        'room_events_opened',
        'room_events_participants',
        'room_events_room_id_seq_pk',
        'room_events_summaries',
      ]),
    )
})
