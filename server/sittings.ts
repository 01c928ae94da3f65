import { type AuditEntry, type Database, isUnavailable } from '#db'
import type { Principal } from '#protocol'
import type { Clock } from '#rooms'

/** Who comes back to a room within this time is at it still, ms. */
const PAUSE_MS = 30 * 60_000
/** While Postgres is away, ms. */
const RETRY_MS = 1_000
/** An entry that the database refuses so often is given up. */
const ATTEMPTS = 5
/** Entries that wait for Postgres, at most. */
const WAITING = 10_000
/** After so many new sittings those that are over are forgotten. */
const SWEEP_EVERY = 1_000

interface Deps {
  db: Pick<Database, 'withSystem' | 'audit'>
  clock: Clock
  log: { error(about: object, message: string): void }
}

/** As much of a room as an entry says. */
interface SittingRoom {
  id: string
  name: string
  owner: string
}

export interface Sittings {
  /** The person reads something of the room, once. */
  read(room: SittingRoom, principal: Principal): void
  /** The person reads along from now on; call what it returns when they do no more. */
  sit(room: SittingRoom, principal: Principal): () => void
  /** Resolves when what waits is in the audit, or was given up. */
  flush(): Promise<void>
  /** The same, without waiting for a Postgres that is away. */
  stop(): Promise<void>
}

interface Sitting {
  /** Connections that read along. */
  open: number
  lastAt: number
}

/**
 * Who reads a room is audited once a sitting: as long as they do not pause for half an hour. Reading never waits for it; what
 * cannot be written now is written later.
 */
export function createSittings({ db, clock, log }: Deps): Sittings {
  const sittings = new Map<string, Sitting>()
  const queue: AuditEntry[] = []
  let writing: Promise<void> | undefined
  let wake = () => {}
  let stopped = false
  let begun = 0

  /** Their sitting at this room; a new one is put down. */
  function at(room: SittingRoom, principal: Principal): Sitting {
    const key = `${room.id}\n${principal.userId}`
    const now = clock.now()
    const known = sittings.get(key)
    if (known && (known.open > 0 || now - known.lastAt < PAUSE_MS)) {
      known.lastAt = now
      return known
    }
    begun += 1
    if (begun % SWEEP_EVERY === 0) sweep(now)
    const sitting = { open: 0, lastAt: now }
    sittings.set(key, sitting)
    put({
      ...{ owner: room.owner, action: 'room.read', by: principal, at: now },
      details: { room: room.name },
    })
    return sitting
  }

  function sweep(now: number): void {
    for (const [key, { open, lastAt }] of sittings)
      if (open === 0 && now - lastAt >= PAUSE_MS) sittings.delete(key)
  }

  function put(entry: AuditEntry): void {
    if (queue.length >= WAITING) {
      queue.shift()
      log.error({ waiting: WAITING }, 'who read a room is missing in the audit: too much waits')
    }
    queue.push(entry)
    writing ??= write()
  }

  async function write(): Promise<void> {
    let attempts = 0
    try {
      for (let entry = queue[0]; entry; entry = queue[0]) {
        const next = entry
        /** Where the queue was full meanwhile, it is gone already. */
        const drop = () => {
          attempts = 0
          if (queue[0] === next) queue.shift()
        }
        try {
          await db.withSystem('audit reading', (tx) => db.audit(tx, next))
          drop()
        } catch (err) {
          if (stopped) {
            log.error({ err, entries: queue.length }, 'who read rooms is missing in the audit')
            return
          }
          attempts = isUnavailable(err) ? attempts : attempts + 1
          if (attempts >= ATTEMPTS) {
            drop()
            log.error({ err }, 'who read a room is missing in the audit')
          } else await pause()
        }
      }
    } finally {
      // in the tick in which nothing waits any more: what comes next begins anew
      writing = undefined
    }
  }

  function pause(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve
      clock.after(RETRY_MS, resolve)
    })
  }

  return {
    read: (room, principal) => void at(room, principal),
    sit(room, principal) {
      const sitting = at(room, principal)
      sitting.open += 1
      let over = false
      return () => {
        if (over) return
        over = true
        sitting.open -= 1
        sitting.lastAt = clock.now()
      }
    },
    flush: () => writing ?? Promise.resolve(),
    async stop() {
      stopped = true
      wake()
      await writing
    },
  }
}
