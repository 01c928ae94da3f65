import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { Nothing, RoomParams } from './shared.ts'

export function deleteRoom(app: App, { rooms }: HttpDeps): void {
  app.delete('/rooms/:room', {
    schema: {
      operationId: 'deleteRoom',
      tags: ['rooms'],
      summary: 'Erase a room with everything that was said in it, as its owner',
      params: RoomParams,
      response: {
        204: Nothing.describe('It is gone.'),
        ...problems('invalid', 'not_found', 'forbidden'),
      },
    },
    handler: async ({ principal, params: { room } }, reply) => {
      await rooms.remove(principal, room)
      return reply.code(204).send(null)
    },
  })
}
