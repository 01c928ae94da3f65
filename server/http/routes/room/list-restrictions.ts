import { z } from 'zod'
import { PageQuery, page, RestrictionView } from '#protocol'
import { pageOfLive } from '../../cursor.ts'
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
    handler: async ({ principal, params, query }) => {
      const room = await moderatedRoom(deps, principal, params.room)
      return pageOfLive(
        room.restricted(),
        query,
        z.string(),
        ({ kind, target }) => `${kind} ${target}`,
      )
    },
  })
}
