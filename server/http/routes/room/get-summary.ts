import { HubError, Summary } from '#protocol'
import { problems } from '../../problem.ts'
import { readRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

export function getSummary(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/summary', {
    schema: {
      operationId: 'getSummary',
      tags: ['rooms'],
      summary: 'The newest summary of what was said',
      params: RoomParams,
      response: {
        200: Summary.describe('The summary.'),
        ...problems('invalid', 'not_found', 'removed'),
      },
    },
    handler: async ({ principal, params }) => {
      await readRoom(deps, principal, params.room, async () => undefined)
      const summary = (await deps.rooms.get(params.room, principal)).summary()
      if (!summary) throw new HubError('not_found', 'Nothing was summarized in this room yet.')
      return summary
    },
  })
}
