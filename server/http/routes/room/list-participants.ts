import { PageQuery, ParticipantView, page, userId } from '#protocol'
import { pageOfLive } from '../../cursor.ts'
import { problems } from '../../problem.ts'
import { readRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

export function listParticipants(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/participants', {
    schema: {
      operationId: 'listParticipants',
      tags: ['rooms'],
      summary: 'Who is in a room now, by id',
      params: RoomParams,
      querystring: PageQuery,
      response: {
        200: page(ParticipantView).describe('A page of the people in the room.'),
        ...problems('invalid', 'not_found', 'removed'),
      },
    },
    handler: async ({ principal, params, query }) => {
      const { status } = await readRoom(deps, principal, params.room, async (_, { room }) => room)
      const present =
        status === 'closed' ? [] : (await deps.rooms.get(params.room, principal)).participants()
      return pageOfLive(present, query, userId, ({ id }) => id)
    },
  })
}
