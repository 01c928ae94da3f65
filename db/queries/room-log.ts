import { sql } from 'drizzle-orm'
import type { Actor, DurableType, View } from '#protocol'
import type { Tx } from '../connection/transaction.ts'

/** An event of a log as the principal may see it. What the view does not allow is null. */
export interface LogEntry {
  seq: number
  at: number
  view: View
  id: string | null
  type: string
  actor: Actor | null
  to: string | null
  data: Record<string, unknown> | null
}

interface Row extends Record<string, unknown> {
  seq: string
  at: string
  view: View
  id: string | null
  type: string
  actor_id: string
  actor_name: string
  actor_kind: Actor['kind'] | null
  to_id: string | null
  data: Record<string, unknown> | null
}

/**
 * A page of a room's log, at most 1,000 entries, as the principal of `withUser` may see it. With `types`,
 * only visible events of these types; without, every seq.
 */
export async function readLog(
  tx: Tx,
  roomId: string,
  { after, limit, types }: { after: number; limit: number; types?: DurableType[] },
): Promise<LogEntry[]> {
  const filter =
    types === undefined
      ? sql`null`
      : sql`array[${sql.join(
          types.map((type) => sql`${type}`),
          sql`, `,
        )}]::text[]`
  const rows = await tx.execute<Row>(
    sql`select * from room_log(${roomId}::uuid, ${after}::bigint, ${limit}::integer, ${filter})`,
  )
  return rows.map((row) => ({
    seq: Number(row.seq),
    at: Number(row.at),
    view: row.view,
    id: row.id,
    type: row.type,
    actor:
      row.actor_kind === null
        ? null
        : { id: row.actor_id, name: row.actor_name, kind: row.actor_kind },
    to: row.to_id,
    data: row.data,
  }))
}
