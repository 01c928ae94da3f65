import { sql } from 'drizzle-orm'
import type { Logger } from 'pino'
import type { Database } from '#db'
import { HubError } from '#protocol'
import { type Clock, sleep } from './clock.ts'

/** How long a node's lease lasts without a heartbeat, ms of the database's clock. */
const LEASE = 3000

/**
 * Nodes that hold their lease. Who could not renew it because Postgres was down gets one lease period
 * from its start to do so.
 */
const ALIVE = sql`greatest(nodes.expires_at, pg_postmaster_start_time() + ${`${LEASE} ms`}::interval)
  > clock_timestamp()`

export interface Ownership {
  readonly nodeId: string
  /** Grows with each start of a node; an append under an older one is refused. */
  fence(): number
  /** Extends the lease; false when another process has taken this node's place. */
  renew(): Promise<boolean>
  /** Takes a room whose owner is gone. Returns its fence, or undefined when a live node has it. */
  claim(roomId: string): Promise<number | undefined>
  /** Whether the last heartbeat succeeded. */
  held(): boolean
  release(): Promise<void>
}

interface Deps {
  db: Pick<Database, 'withSystem'>
  /** The same after a restart, so that a restarted hub need not wait for its own old lease. */
  nodeId: string
  clock: Clock
  log: Logger
  /** Another process runs under this node's id: this one must end. */
  onLost: () => void
}

/**
 * The lease of this node, judged by the database's time alone. Refuses to start beside another live
 * node: without Redis two nodes cannot share rooms.
 * @throws HubError `conflict` when another hub still holds its lease after one lease period.
 */
export async function acquireOwnership(deps: Deps): Promise<Ownership> {
  const { db, nodeId, clock, log } = deps
  const fence = await takeLease(deps)
  let held = true
  let stopped = false
  let cancel = clock.after(LEASE / 3, heartbeat)

  return {
    nodeId,
    fence: () => fence,
    renew,
    held: () => held,
    async claim(roomId) {
      const rows = await db.withSystem('claim room', (tx) =>
        tx.execute(sql`
          update rooms set node_id = ${nodeId}, fence = ${fence}
          where id = ${roomId} and (
            node_id is null or node_id = ${nodeId} or not exists (
              select from nodes where nodes.id = rooms.node_id and ${ALIVE}))
          returning id`),
      )
      return rows.length > 0 ? fence : undefined
    },
    async release() {
      stopped = true
      cancel()
      await db.withSystem('release lease', (tx) =>
        tx.execute(sql`delete from nodes where id = ${nodeId} and fence = ${fence}`),
      )
    },
  }

  async function renew(): Promise<boolean> {
    const rows = await db.withSystem('heartbeat', (tx) =>
      tx.execute(sql`
        update nodes set expires_at = clock_timestamp() + ${`${LEASE} ms`}::interval
        where id = ${nodeId} and fence = ${fence} returning id`),
    )
    held = rows.length > 0
    if (!held && !stopped) {
      stopped = true
      cancel()
      deps.onLost()
    }
    return held
  }

  function heartbeat() {
    renew()
      .catch((err) => {
        held = false
        log.debug({ err }, 'heartbeat failed')
      })
      .finally(() => {
        if (!stopped) cancel = clock.after(LEASE / 3, heartbeat)
      })
  }
}

async function takeLease({ db, nodeId, clock, log }: Deps): Promise<number> {
  for (let waited = 0; ; waited += 250) {
    const fence = await db.withSystem('take lease', async (tx) => {
      await tx.execute(sql`select pg_advisory_xact_lock(hashtext('auralink.nodes'))`)
      const others = await tx.execute(sql`select id from nodes where id <> ${nodeId} and ${ALIVE}`)
      if (others.length > 0) return undefined
      const rows = await tx.execute<{ fence: string }>(sql`
        insert into nodes (id, fence, expires_at)
        values (${nodeId}, nextval('fences'), clock_timestamp() + ${`${LEASE} ms`}::interval)
        on conflict (id) do update set fence = excluded.fence, expires_at = excluded.expires_at,
          started_at = clock_timestamp()
        returning fence`)
      await tx.execute(sql`delete from nodes where id <> ${nodeId}`)
      return Number(rows[0]?.fence)
    })
    if (fence !== undefined) return fence
    if (waited === 0) log.info('another hub holds a lease on this database: waiting for it to end')
    if (waited > LEASE + 500)
      throw new HubError(
        'conflict',
        'Another hub runs on this database. Stop it, or give this one a database of its own.',
      )
    await sleep(clock, 250)
  }
}
