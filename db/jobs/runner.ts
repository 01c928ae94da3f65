import type { Log } from '../log.ts'
import type { Job, Queue } from './queue.ts'
import { turnOf } from './schedule.ts'

/** How jobs of a name are done. */
export interface Kind {
  handler(data: object): Promise<void>
  retries: number
  cron?: string
}

export interface Runner {
  start(): void
  /** There is a job of that name: it need not wait until somebody looks. */
  wake(name: string): void
  stop(withinMs: number): Promise<void>
}

interface RunnerDeps {
  queue: Queue
  kinds: ReadonlyMap<string, Kind>
  log: Log
  clock: () => number
  lookMs: number
}

const FIRST_LOOK_MS = 500
/** Who has just started has other things to do than what was missed. */
const CATCH_UP_MS = 20_000
/** A third of the time after which a job's process counts as dead. */
const HOLD_MS = 3_000
/** A look that comes too soon finds nothing, and looks again. */
const SOONEST_MS = 50

/** Takes jobs and does them: those of one name one after another, those of different names side by side. */
export function createRunner({ queue, kinds, log, clock, lookMs }: RunnerDeps): Runner {
  const names = [...kinds.keys()]
  /** What this process works on: job -> name. */
  const held = new Map<string, string>()
  const busy = new Map<string, Promise<void>>()
  const again = new Set<string>()
  const sent = new Map<string, string>()
  const startedAt = clock()
  let looking = false
  let stopped = false
  let away = false
  let nextLook: NodeJS.Timeout | undefined
  let holding: NodeJS.Timeout | undefined

  function wake(name: string) {
    if (stopped) return
    if (busy.has(name)) {
      again.add(name)
      return
    }
    const done = drain(name).finally(() => {
      busy.delete(name)
      if (again.delete(name)) wake(name)
    })
    busy.set(name, done)
  }

  async function drain(name: string) {
    const kind = kinds.get(name)
    try {
      while (kind && !stopped) {
        const job = await queue.take(name)
        if (!job) return
        await work(name, kind, job)
      }
    } catch (err) {
      // what it did stays; the job is taken up again when it is no longer held
      log.warn({ err, job: name }, 'what became of a job could not be written')
    }
  }

  async function work(name: string, kind: Kind, { id, data }: Job) {
    held.set(id, name)
    try {
      await kind.handler(data)
    } catch (err) {
      log.error({ err, job: name, job_id: id }, 'a job failed')
      held.delete(id)
      await queue.fail(name, id, err)
      lookIn(SOONEST_MS)
      return
    }
    held.delete(id)
    await queue.complete(name, id)
  }

  async function look() {
    if (looking || stopped) return
    looking = true
    let inMs = lookMs
    try {
      // or what it works on would be found dead after a pause of Postgres
      if (held.size > 0) await queue.hold(held)
      await sendByClock()
      for (const due of await queue.due(names)) {
        if (due.inMs > 0) inMs = Math.min(inMs, due.inMs + SOONEST_MS)
        else if (!due.held) wake(due.name)
        else {
          log.warn({ job: due.name }, 'a job whose process died is taken up again')
          await queue.release()
          inMs = SOONEST_MS
        }
      }
      away = false
    } catch (err) {
      if (!stopped && !away) log.warn({ err }, 'jobs wait for Postgres')
      away = true
    }
    looking = false
    lookIn(inMs)
  }

  async function sendByClock() {
    const now = clock()
    // a clock that was set back must not be silent until that time comes again
    if (Math.abs(now - startedAt) < CATCH_UP_MS) return
    for (const [name, { cron, retries }] of kinds) {
      if (cron === undefined) continue
      const id = turnOf(name, cron, now)
      if (sent.get(name) === id) continue
      await queue.put(name, {}, { id, retries })
      sent.set(name, id)
    }
  }

  function lookIn(ms: number) {
    clearTimeout(nextLook)
    if (!stopped) nextLook = setTimeout(look, ms)
  }

  return {
    wake,
    start() {
      lookIn(FIRST_LOOK_MS)
      holding = setInterval(() => {
        // a failure shows at the next look
        if (held.size > 0) queue.hold(held).catch(() => {})
      }, HOLD_MS)
    },
    async stop(withinMs) {
      stopped = true
      clearTimeout(nextLook)
      const idle = Promise.all(busy.values())
      let late: NodeJS.Timeout | undefined
      await Promise.race([
        idle,
        new Promise<void>((resolve) => {
          late = setTimeout(resolve, withinMs)
        }),
      ])
      clearTimeout(late)
      clearInterval(holding)
    },
  }
}
