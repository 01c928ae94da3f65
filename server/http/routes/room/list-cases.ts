import { queries } from '#db'
import { CasesQuery, CaseView, clientId, page } from '#protocol'
import { caseView } from '#rooms'
import { decodeCursor, toPage } from '../../cursor.ts'
import { problems } from '../../problem.ts'
import { readRoom, requireModerator } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

export function listCases(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/cases', {
    schema: {
      operationId: 'listCases',
      tags: ['rooms'],
      summary: "A room's moderation cases, newest first, for its moderators",
      params: RoomParams,
      querystring: CasesQuery,
      response: {
        200: page(CaseView).describe('A page of cases.'),
        ...problems('invalid', 'not_found', 'forbidden', 'removed'),
      },
    },
    handler: ({ principal, params, query: { cursor, limit, status } }) => {
      const after = decodeCursor(cursor, clientId)
      return readRoom(deps, principal, params.room, async (tx, found) => {
        requireModerator(found)
        const { room } = found
        const live = deps.rooms.live().find(({ id }) => id === room.id)
        const claims = new Map(live?.openCases().map((one) => [one.case, one.claimed_by]))
        const rows = await queries.listCases(tx, {
          ...{ roomId: room.id, after, status, limit: limit + 1 },
        })
        return toPage(
          rows,
          limit,
          (row) => ({ at: row.openedAt, id: row.id }),
          (row) => ({ ...caseView(row, room.name), claimed_by: claims.get(row.id) ?? null }),
        )
      })
    },
  })
}
