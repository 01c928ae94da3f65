import type { Context } from '@opentelemetry/api'
import type { RoomEvent } from '#protocol'
import type { AppendTrace, TraceContexts } from './tracing.ts'
import type { Consent, RoomBatch, UnplacedEvent } from './types.ts'

interface Placed {
  roomId: string
  fence: number
  head: number
}

interface Item<Target> {
  target: Target
  events: UnplacedEvent[]
  commandId?: string | undefined
  consents?: Consent[] | undefined
  trace: AppendTrace | undefined
}

/** Gives each event the next seq of its room: one batch for each log, in the order of the items. */
export function place<Target extends Placed>(
  items: readonly Item<Target>[],
): Map<Target, RoomBatch> {
  const batches = new Map<Target, RoomBatch>()
  for (const { target, events, commandId, consents, trace } of items) {
    const { roomId, fence, head } = target
    const batch = batches.get(target) ?? { roomId, fence, head, rows: [] }
    batches.set(target, batch)
    if (consents?.length) batch.consents = [...(batch.consents ?? []), ...consents]
    events.forEach((event, i) => {
      batch.head += 1
      batch.rows.push({
        event: { ...event, seq: batch.head } as RoomEvent,
        ...(commandId !== undefined && i === 0 ? { commandId } : {}),
        ...(trace ? { context: trace.context } : {}),
      })
    })
  }
  return batches
}

/** Where what a batch brings about is traced; undefined unless something in it is. */
export function contextsOf({ rows }: RoomBatch): TraceContexts | undefined {
  let contexts: Map<number, Context> | undefined
  for (const { event, context } of rows) {
    if (!context) continue
    contexts ??= new Map()
    contexts.set(event.seq, context)
  }
  return contexts
}
