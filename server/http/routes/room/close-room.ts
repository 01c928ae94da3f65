import { RoomView } from '#protocol'
import { problems } from '../../problem.ts'
import { moderatedRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

export function closeRoom(app: App, deps: HttpDeps): void {
  app.post('/rooms/:room/close', {
    schema: {
      operationId: 'closeRoom',
      tags: ['rooms'],
      summary: 'End a room for everyone, as its moderator',
      description:
        'It keeps its log, and opens again when someone joins it. Closing twice is no error.',
      params: RoomParams,
      response: {
        200: RoomView.describe('The closed room.'),
        ...problems('invalid', 'malformed', 'not_found', 'forbidden'),
      },
    },
    handler: async ({ principal, params }) => {
      const room = await moderatedRoom(deps, principal, params.room)
      await room.close('closed', principal)
      return room.view()
    },
  })
}
