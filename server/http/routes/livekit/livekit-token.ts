import { LiveKitTokenView } from '#protocol'
import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from '../room/shared.ts'
import { connected } from './shared.ts'

export function livekitToken(app: App, deps: HttpDeps): void {
  app.post('/rooms/:room/livekit-token', {
    schema: {
      operationId: 'createLiveKitToken',
      tags: ['livekit'],
      summary: 'What you join the LiveKit room of this name with, by any LiveKit client',
      description:
        'Good for ten minutes, for one who may join the room. In the LiveKit room you are known as in this hub. Refused where a rule of arrival says that rooms of this name have another owner.',
      params: RoomParams,
      response: {
        200: LiveKitTokenView.describe('The address of the LiveKit server, and the token.'),
        ...problems('invalid', 'not_found', 'forbidden', 'removed', 'conflict'),
      },
    },
    handler: async ({ principal, params }) => {
      const room = await deps.rooms.get(params.room, principal)
      room.require(principal, 'join')
      return connected(deps).tokenFor(room, principal)
    },
  })
}
