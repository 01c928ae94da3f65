import { queries } from '#db'
import type { DurableType, Principal, RoomEvent } from '#protocol'
import { toWireEvent } from './log-view.ts'
import { readRoom } from './room-access.ts'
import type { HttpDeps } from './types.ts'

/** Rows of one query; the log is read to its end. */
const CHUNK = 1000

/**
 * Every event of these types in a room's log that the principal may see, oldest first.
 *
 * @throws HubError as `readRoom` does
 */
export async function readEvents(
  deps: Pick<HttpDeps, 'db' | 'clock' | 'sittings'>,
  principal: Principal,
  name: string,
  types: DurableType[],
): Promise<RoomEvent[]> {
  const events: RoomEvent[] = []
  for (;;) {
    const after = events.at(-1)?.seq ?? 0
    const chunk = await readRoom(deps, principal, name, async (tx, { room }) => {
      const entries = await queries.readLog(tx, room.id, { after, limit: CHUNK, types })
      return entries.map((entry) => toWireEvent(entry, room))
    })
    for (const event of chunk) if ('actor' in event) events.push(event)
    if (chunk.length < CHUNK) return events
  }
}
