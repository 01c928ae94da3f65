import { z } from 'zod'
import { queries } from '#db'
import { EventsQuery, page } from '#protocol'
import { toWireEvent } from '../../log-view.ts'
import { problems } from '../../problem.ts'
import { readRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

/** Events were checked when they were written; here it only matters that nothing of them is lost. */
const AnyEvent = z.looseObject({
  room: z.string(),
  epoch: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  seq: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  at: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  type: z.string(),
})

export function listEvents(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/events', {
    schema: {
      operationId: 'listEvents',
      tags: ['rooms'],
      summary: "A room's log, every seq in the view that you have of it",
      description: '`next_cursor` is the `cursor`, or the `after`, of the next page.',
      params: RoomParams,
      querystring: EventsQuery,
      response: {
        200: page(AnyEvent).describe('Events after a seq, oldest first.'),
        ...problems('invalid', 'not_found', 'removed'),
      },
    },
    handler: ({ principal, params, query: { cursor, after, limit } }) =>
      readRoom(deps, principal, params.room, async (tx, { room }) => {
        const entries = await queries.readLog(tx, room.id, {
          after: cursor ?? after,
          limit: limit + 1,
        })
        const shown = entries.slice(0, limit)
        return {
          items: shown.map((entry) => ({ ...toWireEvent(entry, room) })),
          next_cursor: entries.length > limit ? String(shown.at(-1)?.seq) : null,
        }
      }),
  })
}
