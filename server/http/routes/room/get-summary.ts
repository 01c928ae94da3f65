import { Summary } from '#protocol'
import { problems } from '../../problem.ts'
import { readRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

const NOTHING_YET: Summary = {
  version: 0,
  upto: 0,
  key_points: [],
  decisions: [],
  action_items: [],
  topics: [],
}

export function getSummary(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/summary', {
    schema: {
      operationId: 'getSummary',
      tags: ['rooms'],
      summary: 'The newest summary of what was said; version 0 before the first',
      params: RoomParams,
      response: {
        200: Summary.describe('The summary.'),
        ...problems('invalid', 'not_found', 'removed'),
      },
    },
    handler: async ({ principal, params }) => {
      await readRoom(deps, principal, params.room, async () => undefined)
      return (await deps.rooms.get(params.room, principal)).summary() ?? NOTHING_YET
    },
  })
}
