import { sql } from 'drizzle-orm'
import type { RoomCore } from '../core.ts'

/** Until those who are here are written down again, where that failed, ms. */
const AGAIN = 5_000

/**
 * Agents begin to listen while people are here: each of them is told, once for their coming, as those are who come later.
 * What fails is tried again for as long as somebody is here.
 */
export function tellPresent(core: RoomCore): void {
  const present = core.participants.ids()
  if (present.length === 0 || !core.listening()) return
  core.db
    .withSystem(
      'tell that agents listen',
      (tx) =>
        tx.execute(sql`
        insert into consents (room_id, user_id, kind, at)
        select room.id, person, 'told', ${core.clock.now()}::bigint
          from rooms room, jsonb_array_elements_text(${JSON.stringify(present)}::jsonb) as here(person)
         where room.id = ${core.id} and not exists (
           select from consents told
            where told.room_id = ${core.id} and told.user_id = person and told.kind = 'told'
              and told.at >= coalesce((
                select max(at) from room_events
                 where room_id = ${core.id} and actor_id = person and type = 'participant.joined'
                   and type like 'participant.%'), 0))`), // the index is found by this
    )
    .catch((err) => {
      core.logger.warn({ err }, 'who was told that agents listen is not written down yet')
      core.clock.after(AGAIN, () => tellPresent(core))
    })
}
