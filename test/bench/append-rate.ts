import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import pino from 'pino'
import { type Database, openDatabase } from '#db'
import { commands, type Principal } from '#protocol'
import { acquireOwnership, createLocalBus, createRooms, type Room, systemClock } from '#rooms'
import { createDatabaseOn } from '../support/database-server.ts'
import { type Bench, more, ms, percentile, perSecond, type Row, ratio } from './bench.ts'

/** How many finals a second are committed and acked, beside bare INSERTs that commit one row each. */
export const name = 'append-rate'

const SECONDS = 5
/** Between two finals when it is the time of one that counts, ms. */
const PAUSE = 12
const TEXT = 'I would rather ship it on Tuesday, when the others are back from the workshop.'
const quiet = pino({ level: 'error' })
const encryptionKeys = [new Uint8Array(32)]

export async function run(bench: Bench): Promise<Row[]> {
  const { url, adminUrl, drop } = await createDatabaseOn((await bench.postgres()).url)
  const db = await openDatabase({ url, dataDir: '/nonexistent', log: quiet, encryptionKeys })
  try {
    const rows: Row[] = []
    const inFlight = (count: number) => (act: Act) => perSecondOf(count, act)
    const compare = async (many: number, connections: number, rooms: number) => {
      const ours = await finals(db, rooms, inFlight(many))
      const baseline = await inserts(adminUrl, connections, inFlight(connections))
      rows.push({
        what: `${rooms} room${rooms === 1 ? '' : 's'}, ${many} in flight (baseline: ${connections})`,
        ours: perSecond(ours),
        baseline: perSecond(baseline),
        compared: ratio(ours, baseline),
      })
    }
    await compare(1, 1, 1)
    await compare(100, 12, 1)
    await compare(100, 12, 20)
    const ours = await finals(db, 20, paced)
    const baseline = await inserts(adminUrl, 1, paced)
    for (const share of [0.5, 0.99]) {
      const [a, b] = [percentile(ours, share), percentile(baseline, share)]
      const what = `20 rooms, one at a time with pauses, p${share * 100}`
      rows.push({ what, ours: ms(a), baseline: ms(b), compared: more(a, b) })
    }
    return rows
  } finally {
    await db.close()
    await drop()
  }
}

type Act = () => Promise<unknown>
type Measure<T> = (act: Act) => Promise<T>

/** By the room itself, without sockets: what they cost is measured elsewhere. */
async function finals<T>(db: Database, count: number, measure: Measure<T>): Promise<T> {
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
    const room = await rooms.enter(`append ${randomUUID()}`, principal)
    await room.join({ id: randomUUID(), principal }, { as: 'participant' }, () => {})
    entered.push(room)
  }
  let next = 0
  const measured = await measure(async () => {
    next += 1
    const room = entered[next % count]
    const id = `${next}`
    const caption = { room: room?.name ?? '', id, segment: id, text: TEXT, final: true }
    const command = commands['caption.push'].parse(caption)
    await room?.once(principal, id, () => room.caption(principal, command))
  })
  await rooms.stop(5_000)
  return measured
}

async function inserts<T>(url: string, connections: number, measure: Measure<T>): Promise<T> {
  const pool = new pg.Pool({ connectionString: url, max: connections })
  await pool.query(
    'create table if not exists bare (seq bigserial primary key, data jsonb not null)',
  )
  const data = JSON.stringify({ segment: '1', text: TEXT, source: 'caption', id: randomUUID() })
  const measured = await measure(() => pool.query('insert into bare (data) values ($1)', [data]))
  await pool.end()
  return measured
}

/** How often a second `act` ends, when so many are under way at any moment. */
async function perSecondOf(inFlight: number, act: Act): Promise<number> {
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

/** How long `act` takes, ms, when the machine has been idle before, as in a meeting. */
async function paced(act: Act): Promise<number[]> {
  const times: number[] = []
  const until = performance.now() + SECONDS * 1_000
  while (performance.now() < until) {
    await sleep(PAUSE)
    const from = performance.now()
    await act()
    times.push(performance.now() - from)
  }
  return times
}
