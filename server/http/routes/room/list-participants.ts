import { ParticipantView, page } from '#protocol'
import { problems } from '../../problem.ts'
import { readRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

export function listParticipants(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/participants', {
    schema: {
      operationId: 'listParticipants',
      tags: ['rooms'],
      summary: 'Who is in a room now, all on one page',
      params: RoomParams,
      response: {
        200: page(ParticipantView).describe('People and agents in the room.'),
        ...problems('invalid', 'not_found', 'removed'),
      },
    },
    handler: async ({ principal, params }) => {
      const { status } = await readRoom(deps, principal, params.room, async (_, { room }) => room)
      const items =
        status === 'closed' ? [] : (await deps.rooms.get(params.room, principal)).participants()
      return { items, next_cursor: null }
    },
  })
}
