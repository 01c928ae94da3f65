import { z } from 'zod'
import { queries } from '#db'
import { page, RoomsQuery, RoomView } from '#protocol'
import { decodeCursor, toPage } from '../../cursor.ts'
import { problems } from '../../problem.ts'
import { viewOf } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'

export function listRooms(app: App, { db, rooms, activity }: HttpDeps): void {
  app.get('/rooms', {
    schema: {
      operationId: 'listRooms',
      tags: ['rooms'],
      summary: 'Rooms that you own, are a member of or have a grant for, newest first',
      description: 'An admin sees all rooms, without what is said in them.',
      querystring: RoomsQuery,
      response: { 200: page(RoomView).describe('A page of rooms.'), ...problems('invalid') },
    },
    handler: async ({ principal, query: { cursor, limit, status, name } }) => {
      const after = decodeCursor(cursor, z.uuid())
      const rows = await db.withUser(principal, (tx) =>
        queries.listRooms(tx, { after, status, name, limit: limit + 1 }),
      )
      const live = new Map(rooms.live().map((room) => [room.id, room]))
      return toPage(
        rows,
        limit,
        (row) => ({ at: row.createdAt, id: row.id }),
        (row): RoomView => {
          const room = live.get(row.id)
          const doing = room?.status === 'open' ? activity.of(room, principal) : undefined
          return { ...viewOf(row, rooms), ...(doing ? { activity: doing } : {}) }
        },
      )
    },
  })
}
