import { randomUUID } from 'node:crypto'
import pg from 'pg'
import pino from 'pino'
import { type Database, openDatabase } from '#db'
import { commands, type Principal } from '#protocol'
import { acquireOwnership, createLocalBus, createRooms, type Room, systemClock } from '#rooms'
import { createDatabaseOn } from '../support/database-server.ts'
import { type Bench, perSecond, type Row, ratio } from './bench.ts'

/** How many finals a second are committed and acked, beside bare INSERTs that commit one row each. */
export const name = 'append-rate'

const SECONDS = 5
const TEXT = 'I would rather ship it on Tuesday, when the others are back from the workshop.'
const quiet = pino({ level: 'error' })

export async function run(bench: Bench): Promise<Row[]> {
  const { url, adminUrl, drop } = await createDatabaseOn((await bench.postgres()).url)
  const db = await openDatabase({ url, dataDir: '/nonexistent', log: quiet })
  try {
    const rows: Row[] = []
    const compare = async (inFlight: number, connections: number, roomCounts: number[]) => {
      const baseline = await inserts(adminUrl, connections)
      for (const rooms of roomCounts) {
        const ours = await finals(db, rooms, inFlight)
        rows.push({
          what: `${rooms} room${rooms === 1 ? '' : 's'}, ${inFlight} in flight; baseline: ${connections} connection${connections === 1 ? '' : 's'}`,
          ours: perSecond(ours),
          baseline: perSecond(baseline),
          compared: ratio(ours, baseline),
        })
      }
    }
    await compare(1, 1, [1])
    await compare(100, 12, [1, 20])
    return rows
  } finally {
    await db.close()
    await drop()
  }
}

/** By the room itself, without sockets: what they cost is measured elsewhere. */
async function finals(db: Database, count: number, inFlight: number): Promise<number> {
  const bus = createLocalBus({ log: quiet })
  const ownership = await acquireOwnership({
    ...{ db, nodeId: 'bench', clock: systemClock, log: quiet },
    onLost() {
      throw new Error('the lease was lost')
    },
  })
  const deps = { db, bus, ownership, clock: systemClock, logger: quiet, nextId: randomUUID }
  const rooms = createRooms(deps)
  await rooms.start()
  const principal: Principal = { userId: 'ana', role: 'user', expiresAt: Number.MAX_SAFE_INTEGER }
  const entered: Room[] = []
  for (let i = 0; i < count; i++) {
    const room = await rooms.enter(`append ${count} ${inFlight} ${i}`, principal)
    await room.join({ id: randomUUID(), principal }, { as: 'participant' }, () => {})
    entered.push(room)
  }
  let next = 0
  const rate = await perSecondOf(inFlight, async () => {
    next += 1
    const room = entered[next % count]
    const id = `${next}`
    const caption = { room: room?.name ?? '', id, segment: id, text: TEXT, final: true }
    const command = commands['caption.push'].parse(caption)
    await room?.once(principal, id, () => room.caption(principal, command))
  })
  await rooms.stop(5_000)
  return rate
}

async function inserts(url: string, connections: number): Promise<number> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  await pool.query(
    'create table if not exists bare (seq bigserial primary key, data jsonb not null)',
  )
  const data = JSON.stringify({ segment: '1', text: TEXT, source: 'caption', id: randomUUID() })
  const rate = await perSecondOf(connections, () =>
    pool.query('insert into bare (data) values ($1)', [data]),
  )
  await pool.end()
  return rate
}

/** How often a second `act` ends, when so many are under way at any moment. */
async function perSecondOf(inFlight: number, act: () => Promise<unknown>): Promise<number> {
  let done = 0
  const run = async (until: number) => {
    done = 0
    await Promise.all(
      Array.from({ length: inFlight }, async () => {
        while (performance.now() < until) {
          await act()
          done += 1
        }
      }),
    )
  }
  await run(performance.now() + 1_000)
  await run(performance.now() + SECONDS * 1_000)
  return done / SECONDS
}
