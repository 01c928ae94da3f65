/**
 * Work that outlives the process which asked for it, and what is done by the clock: queues of pg-boss in the schema
 * `pgboss`. A job is done at least once, so its handler must bear being run again; a job whose process died is taken
 * up again within seconds, here or on another node.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import type pg from 'pg'
import { isUnavailable } from '../connection/unavailable.ts'
import { codeOf } from '../error-code.ts'
import type { Log } from '../log.ts'
import { openQueue, type Queue } from './queue.ts'
import { createRunner, type Kind, type Runner } from './runner.ts'
import { turnOf } from './schedule.ts'

export interface Jobs {
  /**
   * Says how jobs of a name are done, one after another on each node; before `start`. A job that failed is tried
   * again, `retries` times (default 5), after 1, 2, 4, ... seconds.
   */
  handle<T extends object>(
    name: string,
    handler: (data: T) => Promise<void>,
    options?: { retries?: number },
  ): void
  /**
   * Does something by the clock (five fields of cron, UTC), at least once a week, once in the whole fleet; before `start`.
   * What was missed while no hub ran is made up for, once, after the start.
   */
  every(name: string, cron: string, handler: () => Promise<void>): void
  /** Resolves when the job is kept. `data` holds ids of rows only, never a person: an erasure does not read it. */
  send(name: string, data: object): Promise<void>
  /** Does what `every` does, here and now. */
  run(name: string): Promise<void>
  /** Makes the schema where there is none, and begins. Waits for a Postgres that is away. */
  start(): Promise<void>
  /** Takes no more jobs, and waits for those under way; what takes longer is left to who comes next. */
  stop(withinMs: number): Promise<void>
}

export interface JobsOptions {
  log: Log
  /** Epoch ms. Default: the system's. */
  clock?: () => number
  /** How often it is looked for jobs of other nodes and of the clock, by one query, ms. Default 10,000. */
  lookMs?: number
}

/** A retry later than the next turn of the clock would do nothing more. */
const RETRIES_BY_CLOCK = 2
const RETRIES = 5
const AGAIN_MS = 1_000
const LOOK_MS = 10_000
/** Two nodes that make the queues at once may meet; the second try finds them made. */
const COLLISIONS = new Set(['23505', '40P01', '42710', '55P03', '57014'])

export function createJobs(
  /** Connections of their own, as hub_system; each pool is ended here. */
  openPool: () => pg.Pool,
  { log, clock = Date.now, lookMs = LOOK_MS }: JobsOptions,
): Jobs {
  const kinds = new Map<string, Kind>()
  const stopping = new AbortController()
  let started: Promise<{ queue: Queue; runner: Runner }> | undefined
  let stopped: Promise<void> | undefined

  function add(name: string, kind: Kind) {
    if (started) throw new Error(`the job ${name} came after the start`)
    if (kinds.has(name)) throw new Error(`there are two jobs ${name}`)
    kinds.set(name, kind)
  }

  function kindOf(name: string): Kind {
    const kind = kinds.get(name)
    if (!kind) throw new Error(`there is no job ${name}`)
    return kind
  }

  async function begin() {
    for (;;) {
      const queue = openQueue({ pool: openPool(), log })
      try {
        await queue.open([...kinds.keys()])
        const runner = createRunner({ queue, kinds, log, clock, lookMs })
        runner.start()
        return { queue, runner }
      } catch (error) {
        await queue.close()
        if (stopping.signal.aborted || !mayPass(error)) throw error
        log.warn({ err: error }, 'jobs cannot begin yet')
        await sleep(AGAIN_MS, undefined, { signal: stopping.signal }).catch(() => {})
      }
    }
  }

  async function end(withinMs: number) {
    stopping.abort()
    const both = await started?.catch(() => undefined)
    await both?.runner.stop(withinMs)
    await both?.queue.close()
  }

  return {
    handle(name, handler, { retries = RETRIES } = {}) {
      // only `send` makes them, with data of that type
      add(name, { handler: handler as Kind['handler'], retries })
    },
    every(name, cron, handler) {
      turnOf(name, cron, clock())
      add(name, { handler, retries: RETRIES_BY_CLOCK, cron })
    },
    async send(name, data) {
      const { retries } = kindOf(name)
      if (!started) throw new Error(`the job ${name} was sent before the start`)
      const { queue, runner } = await started
      await queue.put(name, data, { retries })
      runner.wake(name)
    },
    async run(name) {
      await kindOf(name).handler({})
    },
    async start() {
      started ??= begin()
      await started
    },
    stop(withinMs) {
      stopped ??= end(withinMs)
      return stopped
    },
  }
}

function mayPass(error: unknown): boolean {
  return isUnavailable(error) || COLLISIONS.has(codeOf(error))
}
