import { z } from 'zod'
import { type AuditEntry, queries } from '#db'
import { HubError, type Principal } from '#protocol'
import { problems } from '../../problem.ts'
import { readRoom, requireModerator } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { Nothing, RecordingParams } from './shared.ts'

/** One voice that was recorded: heard and deleted by the same address. */
export function recordings(app: App, deps: HttpDeps): void {
  const { db, recordings: kept } = deps
  const address = '/rooms/:room/recordings/:recording'

  const find = (
    principal: Principal,
    params: z.infer<typeof RecordingParams>,
    action: 'recording.read' | 'recording.removed',
  ) =>
    readRoom(deps, principal, params.room, async (tx, found) => {
      requireModerator(found)
      const { room } = found
      const row = await queries.findRecording(tx, room.id, params.recording)
      if (!row) throw noRecording()
      const entry: AuditEntry = {
        ...{ owner: room.ownerId, action, by: principal, target: row.userId },
        details: { room: room.name, recording: row.id, kind: row.kind },
      }
      // every time: somebody's voice leaves the hub
      if (action === 'recording.read') await db.audit(tx, entry)
      return { row, entry }
    })

  app.get(address, {
    schema: {
      operationId: 'getRecording',
      tags: ['rooms'],
      summary: 'The sound of a recording as it is so far, for the moderators of the room',
      params: RecordingParams,
      response: {
        200: {
          description: 'An Ogg Opus file, one channel.',
          content: {
            'audio/ogg': { schema: z.unknown().meta({ type: 'string', format: 'binary' }) },
          },
        },
        ...problems('invalid', 'not_found', 'forbidden', 'removed'),
      },
    },
    handler: async ({ principal, params }, reply) => {
      const { row } = await find(principal, params, 'recording.read')
      const { id, place } = row
      const sound = await kept.read(place)
      if (!sound) throw noRecording()
      return reply
        .type('audio/ogg')
        .header('content-disposition', `attachment; filename="recording-${id}.ogg"`)
        .header('cache-control', 'private, no-store')
        .send(sound)
    },
  })

  app.delete(address, {
    schema: {
      operationId: 'deleteRecording',
      tags: ['rooms'],
      summary: 'Delete a recording, as a moderator; of one that goes on, what was kept so far',
      params: RecordingParams,
      response: {
        204: Nothing.describe('It is gone.'),
        ...problems('invalid', 'not_found', 'forbidden', 'removed'),
      },
    },
    handler: async ({ principal, params }, reply) => {
      const { row, entry } = await find(principal, params, 'recording.removed')
      await kept.remove(row, (tx) => db.audit(tx, entry))
      return reply.code(204).send(null)
    },
  })
}

function noRecording(): HubError {
  return new HubError('not_found', 'There is no such recording in this room.')
}
