import { randomUUID } from 'node:crypto'
import { beforeAll, expect, test } from 'vitest'
import { privacy } from '#db'
import { systemClock } from '#rooms'
import { createRecordings } from '#rooms/recording'
import { everyPlace } from '../../server/privacy/index.ts'
import { query, quiet, useDatabase } from '../support/postgres.ts'
import { startNode } from '../support/rooms.ts'

const database = useDatabase()

/** Tables that hold nobody, and why. A table is here or in a place: a new one has to choose. */
const NOBODY: Record<string, string> = {
  nodes: 'processes of the hub',
  mcp_servers: 'a catalogue',
  llm_providers: 'a catalogue',
  llm_models: 'a catalogue',
  llm_model_prices: 'a catalogue',
  'drizzle.__drizzle_migrations': 'which migrations were done',
  'langgraph.checkpoint_migrations': 'which migrations were done',
  'pgboss.version': 'of its schema',
  'pgboss.queue': 'names of jobs, and how they are tried again',
  'pgboss.schedule': 'names of jobs, and when they are due',
  'pgboss.subscription': 'names of jobs',
  'pgboss.job': 'of what they do, ids of rows alone: see db/jobs',
  'pgboss.archive': 'jobs that are over',
}

/** What a column is called, or can hold, in which somebody can be. */
const PERSONAL = /(^|_)(user|owner|actor|target|person|member|by|name|to)(_|$)|^to_id$/

let tables: Map<string, string[]>
let places: { name: string; tables: readonly string[] }[]

beforeAll(async () => {
  const { db, adminUrl } = database
  const jobs = db.createJobs({ log: quiet })
  jobs.handle('something', async () => {})
  await jobs.start()
  await jobs.stop(1_000)
  const rows = await query(
    adminUrl,
    `select case when nspname = 'public' then relname else nspname || '.' || relname end as name,
            array_to_json(array(
              select attname || ' ' || atttypid::regtype from pg_attribute
               where attrelid = pg_class.oid and attnum > 0 and not attisdropped)) as columns
       from pg_class join pg_namespace on pg_namespace.oid = relnamespace
      where relkind in ('r', 'p', 'm', 'f') and not relispartition
        and nspname not in ('pg_catalog', 'information_schema') and nspname !~ '^pg_(temp|toast)'`,
  )
  tables = new Map(rows.map(({ name, columns }) => [name, columns]))
  const node = await startNode(db)
  const recordings = createRecordings({
    ...{ db, bus: node.bus, clock: systemClock, log: quiet, nextId: randomUUID },
    dataDir: '/nonexistent',
  })
  places = [...everyPlace({ db, rooms: node.rooms, recordings }), privacy.requestRows(db)]
  await recordings.stop()
  await node.rooms.stop(1_000)
})

test('every table of every schema is in a place of personal data, or holds nobody', () => {
  for (const table of ['langgraph.checkpoints', 'reports.mcp_usage_summary', 'pgboss.job'])
    expect([...tables.keys()]).toContain(table)
  const known = new Set([...places.flatMap((place) => place.tables), ...Object.keys(NOBODY)])
  const forgotten = [...tables.keys()].filter((table) => !known.has(table))
  expect(forgotten, 'give these a place with export and erase').toEqual([])
  const gone = [...known].filter((table) => !tables.has(table))
  expect(gone).toEqual([])
  const all = places.flatMap((place) => place.tables)
  expect(new Set(all).size).toBe(all.length)
  expect(new Set(places.map(({ name }) => name)).size).toBe(places.length)
})

test('no table that is said to hold nobody has a column for somebody', () => {
  const allowed = new Set([
    ...['mcp_servers.name', 'llm_providers.name', 'llm_models.model_name', 'pgboss.job.name'],
    ...['llm_models.display_name', 'pgboss.queue.name', 'pgboss.schedule.name'],
    ...['pgboss.subscription.name', 'pgboss.archive.name', 'pgboss.queue.partition_name'],
  ])
  const personal = Object.keys(NOBODY).flatMap((table) =>
    (tables.get(table) ?? [])
      .map((column) => column.split(' ')[0] ?? '')
      .filter((column) => PERSONAL.test(column))
      .map((column) => `${table}.${column}`),
  )
  expect(personal.filter((column) => !allowed.has(column))).toEqual([])
})
