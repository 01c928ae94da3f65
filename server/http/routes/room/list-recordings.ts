import { z } from 'zod'
import { queries } from '#db'
import { PageQuery, page, RecordingView } from '#protocol'
import { decodeCursor, toPage } from '../../cursor.ts'
import { problems } from '../../problem.ts'
import { readRoom, requireModerator } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

export function listRecordings(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/recordings', {
    schema: {
      operationId: 'listRecordings',
      tags: ['rooms'],
      summary: 'What was recorded in a room, newest first, for its moderators',
      params: RoomParams,
      querystring: PageQuery,
      response: {
        200: page(RecordingView).describe('A page of recordings, one for each voice.'),
        ...problems('invalid', 'not_found', 'forbidden', 'removed'),
      },
    },
    handler: ({ principal, params, query: { cursor, limit } }) => {
      const after = decodeCursor(cursor, z.uuid())
      return readRoom(deps, principal, params.room, async (tx, found) => {
        requireModerator(found)
        const rows = await queries.listRecordings(tx, {
          ...{ roomId: found.room.id, after, limit: limit + 1 },
        })
        return toPage(rows, limit, (row) => ({ at: row.startedAt, id: row.id }), viewOf)
      })
    },
  })
}

function viewOf(row: queries.RecordingRow): RecordingView {
  return {
    ...{ id: row.id, kind: row.kind, user: row.userId, user_name: row.userName },
    ...(row.caseId === null ? {} : { case: row.caseId }),
    ...{ started_at: row.startedAt, ended_at: row.endedAt },
    ...{ bytes: row.bytes, expires_at: row.expiresAt },
  }
}
