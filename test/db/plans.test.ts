import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
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

describe('of a million rows', () => {
  const MILLION = 1_000_000
  const client = () => new pg.Client({ connectionString: database.adminUrl })

  beforeAll(async () => {
    const admin = client()
    await admin.connect()
    // without what takes long for rows that come one by one: the indexes are made when all are there
    await admin.query(`
      set session_replication_role = replica; set maintenance_work_mem = '256MB'; set jit = off`)
    const { rows: indexes } = await admin.query<{ name: string; made_by: string }>(`
      select indexrelid::regclass::text as name,
             replace(pg_get_indexdef(indexrelid), ' ON ONLY ', ' ON ') as made_by
        from pg_index where not indisprimary
         and indrelid in ('mcp_operation_logs'::regclass, 'consents'::regclass)`)
    expect(indexes).toHaveLength(4)
    for (const { name } of indexes) await admin.query(`drop index ${name}`)
    const id = "lpad(to_hex(n), 32, '0')::uuid"
    const year = `(extract(epoch from now()) * 1000)::bigint + n * 31536::bigint`
    await admin.query(`
      insert into mcp_operation_logs (id, at, user_id, server_id, operation, status, duration_ms)
        select ${id}, ${year}, 'u' || n % 1000, 's', 'o', 'succeeded', 1 from generate_series(1, ${MILLION}) n;
      insert into rooms (id, name, owner_id, created_at, opened_at)
        select ${id}, 'r' || n, 'u' || n % 500, 1, 1 from generate_series(1, 1000) n;
      insert into consents (id, room_id, user_id, kind, at)
        select ${id}, lpad(to_hex(1 + n % 1000), 32, '0')::uuid, 'u' || n / 1000, 'told', n
          from generate_series(1, ${MILLION}) n`)
    for (const { made_by } of indexes) await admin.query(made_by)
    await admin.query('analyze mcp_operation_logs; analyze consents; analyze rooms')
    await admin.end()
  }, 120_000)

  /** What Postgres does for a person, as it says itself. */
  async function plan(person: string, text: string): Promise<string> {
    const asked = client()
    await asked.connect()
    try {
      const claims = JSON.stringify({ sub: person, role: 'user' })
      await asked.query('begin')
      await asked.query(
        "select set_config('role', 'hub_app', true), set_config('request.jwt.claims', $1, true)",
        [claims],
      )
      const { rows } = await asked.query(`explain (analyze, costs off, timing off) ${text}`)
      return rows.map((row) => row['QUERY PLAN']).join('\n')
    } finally {
      await asked.end()
    }
  }

  test('a policy finds by indexes what is of a person, and what is of the rooms they moderate', async () => {
    const found = await plan('u7', 'select * from consents')
    expect(found).not.toContain('Seq Scan')
    expect(found).toContain('Bitmap Index Scan on consents_room')
    expect(found).toContain('Bitmap Index Scan on consents_user')
    // 2 rooms of 1,000 rows each, and 1,000 rows of the person, of which 2 are in these rooms
    expect(found).toMatch(/^Bitmap Heap Scan on consents \(actual rows=2998(\.00)? loops=1\)/)
  })

  test('of a log that says whose and when, one month is read, by its index', async () => {
    const [from, to] = [Date.now() + 40 * 86_400_000, Date.now() + 41 * 86_400_000]
    const found = await plan(
      'u7',
      `select * from mcp_operation_logs where user_id = 'u7' and at >= ${from} and at < ${to}`,
    )
    expect(found).not.toContain('Seq Scan')
    const months = new Set(found.match(/on (mcp_operation_logs_\w+?)(?=_user_id| )/g))
    expect(months.size).toBeLessThanOrEqual(2)
    expect(found).toMatch(
      /Index (Only )?Scan (using|on) mcp_operation_logs_\d{4}_\d{2}_user_id_at_idx/,
    )
  })

  test('the page of a log is read by the indexes of the months', async () => {
    const found = await plan(
      'u7',
      `select * from mcp_operation_logs where user_id = 'u7' order by at desc limit 50`,
    )
    expect(found).not.toMatch(/Seq Scan on mcp_operation_logs_\d/)
    expect(found).toContain('_user_id_at_idx')
  })
})
