import { z } from 'zod'
import { PageQuery, page, RestrictionView } from '#protocol'
import { decodeCursor, toPage } from '../../cursor.ts'
import { problems } from '../../problem.ts'
import { moderatedRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

/** A removed person is among no participants: this is how they are found, to be restored. */
export function listRestrictions(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/restrictions', {
    schema: {
      operationId: 'listRestrictions',
      tags: ['rooms'],
      summary: 'Who is muted or removed in a room now, for its moderators',
      params: RoomParams,
      querystring: PageQuery,
      response: {
        200: page(RestrictionView).describe('A page of restrictions, by kind and person.'),
        ...problems('invalid', 'not_found', 'forbidden', 'removed'),
      },
    },
    handler: async ({ principal, params, query: { cursor, limit } }) => {
      const after = cursor === undefined ? '' : decodeCursor(cursor, z.string()).id
      const room = await moderatedRoom(deps, principal, params.room)
      const rest = room
        .restricted()
        .map((one) => ({ one, id: `${one.kind} ${one.target}` }))
        .filter(({ id }) => id > after)
        .sort((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit + 1)
      return toPage(
        rest,
        limit,
        ({ id }) => ({ at: 0, id }),
        ({ one }) => one,
      )
    },
  })
}
