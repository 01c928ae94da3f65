import { randomUUID } from 'node:crypto'
import pino from 'pino'
import { type Database, openDatabase, verifyAudit } from '#db'
import type { Principal } from '#protocol'
import { acquireOwnership, createLocalBus, createRooms, systemClock } from '#rooms'
import { createDatabaseOn } from '../support/database-server.ts'
import { type Bench, more, ms, percentile, perSecond, type Row, ratio } from './bench.ts'

/** What an audited change of a room's settings costs, beside the same change without its entry. */
export const name = 'audit'

const CHANGES = 400
const OWNERS = 20
const quiet = pino({ level: 'error' })

export async function run(bench: Bench): Promise<Row[]> {
  const { url, drop } = await createDatabaseOn((await bench.postgres()).url)
  const encryptionKeys = [new Uint8Array(32).fill(7)]
  const db = await openDatabase({ url, dataDir: '/nonexistent', log: quiet, encryptionKeys })
  try {
    let audited = true
    const { change, stop } = await changer({
      ...db,
      audit: (tx, entry) => (audited ? db.audit(tx, entry) : Promise.resolve()),
    })
    const rows: Row[] = []
    const times: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
    for (let i = -20; i < CHANGES; i++)
      // by turns, so that both meet the same machine
      for (const which of ['ours', 'baseline'] as const) {
        audited = which === 'ours'
        const from = performance.now()
        await change(0)
        if (i >= 0) times[which].push(performance.now() - from)
      }
    for (const share of [0.5, 0.99]) {
      const [a, b] = [percentile(times.ours, share), percentile(times.baseline, share)]
      const what = `a change of settings, p${share * 100}`
      rows.push({ what, ours: ms(a), baseline: ms(b), compared: more(a, b) })
    }
    const baseline = await inFlight(change, OWNERS)
    audited = true
    const ours = await inFlight(change, OWNERS)
    await stop()
    rows.push({
      what: `${OWNERS} owners at once`,
      ours: perSecond(ours),
      baseline: perSecond(baseline),
      compared: ratio(ours, baseline),
    })
    const from = performance.now()
    const { entries, broken } = await verifyAudit(db)
    if (broken.length > 0) throw new Error('the chains do not verify')
    const what = `verified: ${entries} entries`
    rows.push({ what, ours: perSecond(entries / ((performance.now() - from) / 1000)) })
    return rows
  } finally {
    await db.close()
    await drop()
  }
}

/** Changes a setting of the room of one of the owners. */
async function changer(db: Database) {
  const bus = createLocalBus({ log: quiet })
  const ownership = await acquireOwnership({
    ...{ db, nodeId: 'bench', clock: systemClock, log: quiet },
    onLost() {
      throw new Error('the lease was lost')
    },
  })
  const rooms = createRooms({
    ...{ db, bus, ownership, clock: systemClock, logger: quiet, nextId: randomUUID },
  })
  const via = { address: '203.0.113.7', request: randomUUID() }
  const owner = (i: number): Principal => ({
    ...{ userId: `owner ${i}`, role: 'user', expiresAt: 9e15, via },
  })
  for (let i = 0; i < OWNERS; i++) await rooms.create(owner(i), `owner ${i}`, {})
  let days = 0
  return {
    async change(i: number) {
      days = (days % 1_000) + 1
      await rooms.changeSettings(owner(i), `owner ${i}`, { record_days: days })
    },
    stop: () => rooms.stop(1_000),
  }
}

/** Changes a second, when each of so many owners makes one after another. */
async function inFlight(change: (owner: number) => Promise<void>, owners: number): Promise<number> {
  const from = performance.now()
  const each = CHANGES / owners
  await Promise.all(
    Array.from({ length: owners }, async (_, owner) => {
      for (let i = 0; i < each; i++) await change(owner)
    }),
  )
  return CHANGES / ((performance.now() - from) / 1000)
}
