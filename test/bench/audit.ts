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
    const audited = await changer(db, 'audited')
    const bare = await changer({ ...db, audit: async () => {} }, 'bare')
    const rows: Row[] = []
    const times: Record<'ours' | 'baseline', number[]> = { ours: [], baseline: [] }
    for (let i = -20; i < CHANGES; i++)
      // by turns, so that both meet the same machine
      for (const [which, change] of [
        ['ours', audited],
        ['baseline', bare],
      ] as const) {
        const from = performance.now()
        await change(0)
        if (i >= 0) times[which].push(performance.now() - from)
      }
    for (const share of [0.5, 0.99]) {
      const [a, b] = [percentile(times.ours, share), percentile(times.baseline, share)]
      const what = `a change of settings, p${share * 100}`
      rows.push({ what, ours: ms(a), baseline: ms(b), compared: more(a, b) })
    }
    const [a, b] = [await inFlight(audited, OWNERS), await inFlight(bare, OWNERS)]
    rows.push({
      what: `${OWNERS} owners at once`,
      ours: perSecond(a),
      baseline: perSecond(b),
      compared: ratio(a, b),
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
async function changer(db: Database, of: string) {
  const bus = createLocalBus({ log: quiet })
  const ownership = await acquireOwnership({
    ...{ db, nodeId: of, clock: systemClock, log: quiet },
    onLost() {
      throw new Error('the lease was lost')
    },
  })
  const rooms = createRooms({
    ...{ db, bus, ownership, clock: systemClock, logger: quiet, nextId: randomUUID },
  })
  const via = { address: '203.0.113.7', request: randomUUID() }
  const owner = (i: number): Principal => ({
    ...{ userId: `${of} ${i}`, role: 'user', expiresAt: 9e15, via },
  })
  for (let i = 0; i < OWNERS; i++) await rooms.create(owner(i), `${of} ${i}`, {})
  let days = 0
  return async (i: number) => {
    days = (days % 1_000) + 1
    await rooms.changeSettings(owner(i), `${of} ${i}`, { record_days: days })
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
