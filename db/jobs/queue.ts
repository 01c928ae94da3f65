import type pg from 'pg'
import PgBoss from 'pg-boss'
import { codeOf } from '../error-code.ts'
import type { Log } from '../log.ts'

export interface Job {
  id: string
  data: object
}

/** When the soonest job of a name is due. */
interface Due {
  name: string
  /** Some process has it, and is late in saying that it still lives. */
  held: boolean
  /** Negative or 0: now. */
  inMs: number
}

/** pg-boss, without its workers. */
export interface Queue {
  /** Makes the schema and what is missing of the queues. */
  open(names: readonly string[]): Promise<void>
  /** Keeps a job; one whose id is there already is the same. */
  put(name: string, data: object, options: { id?: string; retries: number }): Promise<void>
  take(name: string): Promise<Job | undefined>
  complete(name: string, id: string): Promise<void>
  /** To be tried again, if it has tries left. Of the error its code is kept, for its words may be a person's. */
  fail(name: string, id: string, error: unknown): Promise<void>
  /** Says that these are still worked on. */
  hold(jobs: ReadonlyMap<string, string>): Promise<void>
  /** Gives back what is held by processes that no longer say so. */
  release(): Promise<void>
  /** One row a name at most for what waits, and one for what is held. */
  due(names: readonly string[]): Promise<Due[]>
  close(): Promise<void>
}

const SCHEMA = 'pgboss'
/** Whoever is silent for so long has died. */
const HELD_SECONDS = 10
/** Longer than the longest time between two turns of a clock, whose jobs are known by their ids. */
const DONE_KEPT_DAYS = 8
const DAY_SECONDS = 86_400
/** Any number that no other user of the database takes for an advisory lock. */
const LOCK = 0x6a_6f_62_73

/**
 * Its workers and its timer are not used, by its source (10.4.2): what they write after a job nobody awaits, so that
 * a Postgres which is away for that moment is an unhandled rejection; each queue polls; a job of a killed process is
 * found after 15 minutes; and of an error all its text is kept.
 */
export function openQueue({ pool, log }: { pool: pg.Pool; log: Log }): Queue {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => onOneConnection((client) => client.query(text, values)) },
    schema: SCHEMA,
    schedule: false,
    maintenanceIntervalSeconds: 600,
    archiveCompletedAfterSeconds: DONE_KEPT_DAYS * DAY_SECONDS,
    deleteAfterSeconds: DAY_SECONDS,
    expireInSeconds: HELD_SECONDS,
    retryDelay: 1,
    retryBackoff: true,
  })
  boss.on('error', (err) => log.warn({ err }, 'old jobs were not tidied away'))

  /** What fails may have left a transaction open, pg-boss's statements of many parts do: nobody gets that connection. */
  async function onOneConnection<T>(use: (client: pg.PoolClient) => Promise<T>): Promise<T> {
    const client = await pool.connect()
    try {
      const result = await use(client)
      client.release()
      return result
    } catch (error) {
      client.release(true)
      throw error
    }
  }

  return {
    async open(names) {
      // one node after another: two that make queues at once wait for each other
      await onOneConnection(async (client) => {
        await client.query('begin')
        await client.query('select pg_advisory_xact_lock($1)', [LOCK])
        await boss.start()
        const there = new Set((await boss.getQueues()).map(({ name }) => name))
        for (const name of names) if (!there.has(name)) await boss.createQueue(name)
        await client.query('commit')
      })
    },

    async put(name, data, { id, retries }) {
      const made = await boss.send(name, data, {
        retryLimit: retries,
        ...(id === undefined ? {} : { id }),
      })
      // without a queue it answers nothing, as if it were there already
      if (made === null && id === undefined) throw new Error(`the job ${name} was not kept`)
    },

    async take(name) {
      const [job] = await boss.fetch<object>(name)
      return job && { id: job.id, data: job.data }
    },

    complete: async (name, id) => {
      await boss.complete(name, id)
    },
    fail: async (name, id, error) => {
      await boss.fail(name, id, { code: codeOf(error) || 'failed' })
    },

    async hold(jobs) {
      await pool.query(
        `update ${SCHEMA}.job set started_on = now()
          where name = any ($1::text[]) and id = any ($2::uuid[]) and state = 'active'`,
        [[...new Set(jobs.values())], [...jobs.keys()]],
      )
    },
    async release() {
      await boss.expire()
    },
    async due(names) {
      const { rows } = await pool.query<{ name: string; held: boolean; in_ms: number }>(
        `select name, state = 'active' as held,
                (extract(epoch from min(
                  case state when 'active' then started_on + expire_in else start_after end
                ) - now()) * 1000)::float8 as in_ms
           from ${SCHEMA}.job where name = any ($1::text[]) and state <= 'active'
          group by name, state = 'active'`,
        [names],
      )
      return rows.map(({ name, held, in_ms }) => ({ name, held, inMs: in_ms }))
    },

    async close() {
      await boss.stop({ graceful: false })
      await pool.end()
    },
  }
}
