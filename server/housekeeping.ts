/** Everything that the hub does by the clock (UTC), in one place. Each logs what it did, in counts. */
import { catalogue, type Database, type Jobs, queries, reports, sweepCheckpoints } from '#db'
import type { RoomPrivacy } from '#rooms'
import type { Logger } from './log.ts'
import type { Privacy } from './privacy/index.ts'

interface HousekeepingDeps {
  jobs: Pick<Jobs, 'every'>
  db: Database
  privacy: Pick<Privacy, 'sweep' | 'resume'>
  rooms: { privacy: Pick<RoomPrivacy, 'sweep'> }
  log: Logger
  clock: () => number
}

/** A year and the month under way, so that the same month of the last year can be looked at. */
const HISTORY_MONTHS = 13
const DAY_MS = 86_400_000

/** Before `jobs.start()`. Once in the whole fleet; what was missed while no hub ran is done soon after the start. */
export function keepHouse({ jobs, db, privacy, rooms, log, clock }: HousekeepingDeps): void {
  const every = (name: string, cron: string, work: () => Promise<object>) =>
    jobs.every(name, cron, async () => {
      const from = performance.now()
      const counts = await work()
      log.info({ job: name, ...counts, ms: Math.round(performance.now() - from) }, 'housekeeping')
    })
  const historyEnd = () => monthsBefore(clock(), HISTORY_MONTHS)

  every('partitions', '5 0 * * *', async () => ({
    made: await queries.makePartitions(db, clock()),
  }))
  every('models', '10 0 * * *', async () => ({
    retired: await catalogue.retireModels(db, clock()),
  }))
  every('old-partitions', '15 3 * * *', () => queries.dropPartitions(db, historyEnd()))
  every('old-history', '25 3 * * *', () => queries.dropHistory(db, historyEnd()))
  every('room-retention', '30 3 * * *', () => rooms.privacy.sweep())
  every('checkpoints', '35 3 * * *', () => sweepCheckpoints(db, { now: clock() }))
  every('privacy-requests', '*/10 * * * *', async () => ({ resumed: await privacy.resume() }))
  every('exports', '40 * * * *', async () => ({ dropped: await privacy.sweep() }))
  every('idempotency-keys', '45 * * * *', async () => ({
    dropped: await queries.dropIdempotencyKeys(db, clock() - DAY_MS),
  }))
  every('reports', '55 * * * *', () => reports.refreshReports(db))
}

/** The same day and time of an earlier month; of a shorter one, its last day. */
export function monthsBefore(now: number, months: number): number {
  const at = new Date(now)
  const day = at.getUTCDate()
  at.setUTCDate(1)
  at.setUTCMonth(at.getUTCMonth() - months)
  const last = new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()
  return at.setUTCDate(Math.min(day, last))
}
