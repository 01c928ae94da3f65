import { queries } from '#db'
import { RoomView } from '#protocol'
import { problems } from '../../problem.ts'
import { noRoom, viewOf } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

export function getRoom(app: App, { db, rooms }: HttpDeps): void {
  app.get('/rooms/:room', {
    schema: {
      operationId: 'getRoom',
      tags: ['rooms'],
      summary: 'A room',
      params: RoomParams,
      response: { 200: RoomView.describe('The room.'), ...problems('invalid', 'not_found') },
    },
    handler: async ({ principal, params: { room: name } }) => {
      const found = await db.withUser(principal, (tx) => queries.findRoom(tx, name))
      if (!found) throw noRoom()
      return viewOf(found.room, rooms)
    },
  })
}
