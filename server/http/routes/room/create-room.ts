import { CreateRoom, RoomView } from '#protocol'
import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { IdempotencyHeaders } from './shared.ts'

export function createRoom(app: App, { rooms }: HttpDeps): void {
  app.post('/rooms', {
    config: { idempotent: true },
    schema: {
      operationId: 'createRoom',
      tags: ['rooms'],
      summary: 'Make a room, which you own',
      headers: IdempotencyHeaders,
      body: CreateRoom,
      response: {
        201: RoomView.describe('The room. `Location` has its address.'),
        ...problems('invalid', 'malformed', 'too_large', 'conflict', 'not_found'),
      },
    },
    handler: async ({ principal, body: { name, settings = {} } }, reply) => {
      const room = await rooms.create(principal, name, settings)
      reply.code(201).header('location', `/api/v1/rooms/${encodeURIComponent(room.name)}`)
      return room.view()
    },
  })
}
