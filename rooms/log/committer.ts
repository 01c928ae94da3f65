import type { Logger } from 'pino'
import type { Tx } from '#db'
import { HubError, type RoomEvent } from '#protocol'
import { type Clock, sleep } from '../clock.ts'
import { contextsOf, place } from './batches.ts'
import { type AppendTrace, type TraceContexts, traceAppend, untraced } from './tracing.ts'
import type { Consent, LogLoad, LogStore, RoomBatch, UnplacedEvent } from './types.ts'
import { createWaiting } from './waiting.ts'

/** A log as the committer sees it. Only the committer moves `head`. */
export interface CommitTarget {
  readonly roomId: string
  readonly fence: number
  head: number
  /** Events are durable: show them. */
  committed(events: RoomEvent[], contexts?: TraceContexts): void
  /** Postgres is away and this waits for it, as one of so many appends. */
  waiting(events: UnplacedEvent[], appends: number): void
  /** What waited is durable now, or was refused. */
  recovered(): void
  /** Another node has the room. */
  lost(): void
}

interface CommitItem {
  target: CommitTarget
  events: UnplacedEvent[]
  commandId?: string | undefined
  also?: ((tx: Tx) => Promise<void>) | undefined
  consents?: Consent[] | undefined
}

interface Queued extends CommitItem {
  /** Its size, once its log was told that it waits for Postgres. */
  waits: number | undefined
  /** When it was submitted, by the monotonic clock. */
  since: number
  trace: AppendTrace | undefined
  resolve(events: RoomEvent[]): void
  reject(error: Error): void
}

export interface CommitterOptions {
  /** Most items in one transaction. */
  batchItems: number
  /** Per room: how much may wait for Postgres, items and bytes. */
  maxWaitingItems: number
  maxWaitingBytes: number
  /** Between attempts while Postgres is away, ms. */
  retryMs: number
}

const DEFAULTS: CommitterOptions = {
  batchItems: 512,
  maxWaitingItems: 1000,
  maxWaitingBytes: 4 * 1024 * 1024,
  retryMs: 200,
}

/** What a commit took. */
export interface CommitTimes {
  /** From its first attempt until it was durable, ms. */
  ms: number
  /** Of each append in it, from its submission on, ms. */
  waits: number[]
}

export interface Committer {
  /** Resolves once the events are durable and shown, with their seqs. */
  submit(item: CommitItem): Promise<RoomEvent[]>
  /** Whether commits fail because Postgres is away. */
  degraded(): boolean
  /** What is under way, by room. */
  load(): Map<string, LogLoad>
  /** Resolves when nothing waits any more. */
  drained(): Promise<void>
  /** Gives up: what still waits is refused. */
  stop(): void
}

/**
 * Group commit over all rooms of a node: what comes while one transaction runs goes together into the
 * next. One transaction at a time, so the seqs of a room are given in order and without a gap.
 */
export function createCommitter(
  deps: {
    store: LogStore
    clock: Clock
    log: Logger
    renewLease: () => Promise<boolean>
    observe?: (times: CommitTimes) => void
  },
  options: Partial<CommitterOptions> = {},
): Committer {
  const { store, clock, log } = deps
  const limits = { ...DEFAULTS, ...options }
  const waiting = createWaiting<CommitTarget>(limits)
  let queue: Queued[] = []
  /** In the transaction that runs. */
  let flying: Queued[] = []
  let running: Promise<void> | undefined
  let away = false
  let stopped = false

  return {
    submit(item) {
      if (stopped) return Promise.reject(new HubError('draining', 'The hub is stopping.'))
      if (away && waiting.isFull(item))
        return Promise.reject(
          new HubError('degraded', 'The database is away and no more can be held. Send it later.'),
        )
      return new Promise((resolve, reject) => {
        const { target, events, commandId, also, consents } = item
        // field by field: a spread with more fields costs as much as all the rest of an append
        const queued: Queued = {
          target,
          events,
          commandId,
          also,
          consents,
          waits: undefined,
          since: performance.now(),
          trace: traceAppend(target.roomId, events.length),
          resolve,
          reject,
        }
        queue.push(queued)
        if (away) waiting.add(queued)
        running ??= untraced(run)
      })
    },
    degraded: () => away,
    load,
    drained: () => running ?? Promise.resolve(),
    stop() {
      stopped = true
    },
  }

  async function run(): Promise<void> {
    // A tick's worth of appends goes together already into the first transaction.
    await Promise.resolve()
    while (queue.length > 0) {
      flying = takeBatch()
      await commit(flying)
    }
    flying = []
    running = undefined
  }

  function load(): Map<string, LogLoad> {
    const now = performance.now()
    const loads = new Map<string, LogLoad>()
    for (const { target, waits, since } of [...flying, ...queue]) {
      const of = loads.get(target.roomId) ?? { queued: 0, pending: 0, lagMs: 0 }
      of.queued += 1
      if (waits !== undefined) of.pending += 1
      of.lagMs = Math.max(of.lagMs, now - since)
      loads.set(target.roomId, of)
    }
    return loads
  }

  /** Items with rows of their own go alone: their failure is theirs. */
  function takeBatch(): Queued[] {
    const end = queue.findIndex((item, i) => item.also !== undefined || i === limits.batchItems)
    const count = end === -1 ? queue.length : Math.max(end, 1)
    return queue.splice(0, count)
  }

  async function commit(items: Queued[]): Promise<void> {
    const batches = place(items)
    const startedAt = performance.now()
    let held: Set<string> | undefined
    for (let attempt = 0; !held; attempt++) {
      try {
        held = await append(items, batches, attempt > 0)
      } catch (error) {
        if (!store.isUnavailable(error)) return refuse(items, error)
        if (!away) degrade(items, error)
        if (stopped) return abandon(items)
        await sleep(clock, limits.retryMs)
        if (stopped) return abandon(items)
      }
    }
    // Outside of the try: what is committed must never be taken for refused and written again.
    const now = performance.now()
    deps.observe?.({ ms: now - startedAt, waits: items.map(({ since }) => now - since) })
    settle(items, batches, held)
  }

  /** Returns the rooms whose batch is durable; the others have another owner. */
  async function append(
    items: Queued[],
    batches: Map<CommitTarget, RoomBatch>,
    inDoubt: boolean,
  ): Promise<Set<string>> {
    const also = items[0]?.also
    // After a failed attempt the outcome is unknown: a commit may have arrived whose answer did not.
    const held = inDoubt ? await store.landed([...batches.values()]) : new Set<string>()
    const missing = () => [...batches.values()].filter((batch) => !held.has(batch.roomId))
    if (missing().length > 0) for (const id of await store.append(missing(), also)) held.add(id)
    // The lease may have run out while Postgres was away, without anyone taking the rooms.
    if (missing().length > 0 && (await deps.renewLease()))
      for (const id of await store.append(missing(), also)) held.add(id)
    return held
  }

  function settle(items: Queued[], batches: Map<CommitTarget, RoomBatch>, held: Set<string>) {
    for (const { trace, target } of items)
      trace?.end(held.has(target.roomId) ? undefined : 'refused')
    for (const [target, batch] of batches) {
      if (held.has(batch.roomId)) {
        target.head = batch.head
        target.committed(
          batch.rows.map((row) => row.event),
          contextsOf(batch),
        )
      } else {
        waiting.forget(target)
        target.lost()
      }
    }
    const given = new Map<CommitTarget, number>()
    for (const item of items) {
      waiting.release(item)
      if (!held.has(item.target.roomId)) {
        item.reject(new HubError('not_owner', 'Another node has this room now. Send it again.'))
        continue
      }
      const from = given.get(item.target) ?? 0
      given.set(item.target, from + item.events.length)
      const rows = batches.get(item.target)?.rows ?? []
      item.resolve(rows.slice(from, from + item.events.length).map((row) => row.event))
    }
    answered()
  }

  /** Postgres gave an answer: whoever waits for nothing any more is told so. */
  function answered() {
    if (away) log.info('the database is back')
    away = false
    for (const target of waiting.over()) target.recovered()
  }

  /** Not the connection: one of the items is at fault, so each goes alone and only that one is refused. */
  async function refuse(items: Queued[], error: unknown): Promise<void> {
    if (items.length > 1) {
      for (const item of items) await commit([item])
      return
    }
    for (const item of items) {
      waiting.release(item)
      item.trace?.end('refused')
      item.reject(error instanceof Error ? error : new Error(String(error)))
    }
    answered()
  }

  function degrade(items: Queued[], err: unknown) {
    away = true
    log.warn({ err }, 'the database is away: events wait')
    for (const item of [...items, ...queue]) waiting.add(item)
  }

  function abandon(items: Queued[]) {
    const rest = [...items, ...queue]
    queue = []
    for (const item of rest) {
      waiting.release(item)
      item.trace?.end('refused')
      item.reject(new HubError('degraded', 'The hub stopped while the database was away.'))
    }
  }
}
