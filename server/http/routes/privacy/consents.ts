import { z } from 'zod'
import { privacy } from '#db'
import { ConsentView, PageQuery, page } from '#protocol'
import { decodeCursor, toPage } from '../../cursor.ts'
import { problems } from '../../problem.ts'
import { readRoom, requireModerator } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from '../room/shared.ts'
import { requireWholePerson } from './shared.ts'

/** Who was told that agents listen, and who opted out of it or in again. */
export function consents(app: App, deps: HttpDeps): void {
  const { db } = deps
  const response = page(ConsentView).describe('A page, newest first.')
  const toView = ({ id: _, ...view }: privacy.ConsentRow): ConsentView => view
  const positionOf = ({ at, id }: privacy.ConsentRow) => ({ at, id })

  app.get('/privacy/consents', {
    schema: {
      operationId: 'listConsents',
      tags: ['privacy'],
      summary: 'Where you were told that agents listen, opted out of it, or in again',
      querystring: PageQuery,
      response: { 200: response, ...problems('invalid', 'forbidden') },
    },
    handler: async ({ principal, query: { cursor, limit } }) => {
      requireWholePerson(principal)
      // as the hub: of a room that they may not enter any more they know the name, since they were there
      const rows = await db.withSystem('read consents', (tx) =>
        privacy.listConsents(tx, {
          of: { userId: principal.userId },
          after: decodeCursor(cursor, z.uuid()),
          limit: limit + 1,
        }),
      )
      return toPage(rows, limit, positionOf, toView)
    },
  })

  app.get('/rooms/:room/consents', {
    schema: {
      operationId: 'listRoomConsents',
      tags: ['privacy'],
      summary: 'Who was told that agents listen, opted out of it, or in again, for moderators',
      params: RoomParams,
      querystring: PageQuery,
      response: { 200: response, ...problems('invalid', 'forbidden', 'not_found', 'removed') },
    },
    handler: async ({ principal, params, query: { cursor, limit } }) => {
      const rows = await readRoom(deps, principal, params.room, (tx, found) => {
        requireModerator(found)
        return privacy.listConsents(tx, {
          of: { roomId: found.room.id },
          after: decodeCursor(cursor, z.uuid()),
          limit: limit + 1,
        })
      })
      return toPage(rows, limit, positionOf, toView)
    },
  })
}
