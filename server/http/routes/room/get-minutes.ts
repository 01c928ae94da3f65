import { z } from 'zod'
import { Minutes } from '#protocol'
import { MINUTES_TYPES, minutesOf, toMarkdown } from '../../minutes.ts'
import { problems } from '../../problem.ts'
import { readEvents } from '../../read-events.ts'
import { timeTurns, toVtt } from '../../transcript.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

const Query = z.object({ format: z.enum(['markdown', 'json', 'vtt']).default('markdown') })

export function getMinutes(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/minutes', {
    schema: {
      operationId: 'getMinutes',
      tags: ['rooms'],
      summary: 'What came of a meeting, who was there and what was said, as you may see it',
      params: RoomParams,
      querystring: Query,
      response: {
        200: {
          description: 'The minutes.',
          content: {
            'text/markdown': {
              schema: z.string().describe('Each point with links to the turns that say so.'),
            },
            'application/json': { schema: Minutes },
            'text/vtt': { schema: z.string().describe('The transcript, the speaker as voice.') },
          },
        },
        ...problems('invalid', 'not_found', 'removed'),
      },
    },
    handler: async ({ principal, params: { room }, query: { format } }, reply) => {
      const events = await readEvents(deps, principal, room, MINUTES_TYPES)
      if (format === 'vtt')
        return reply.type('text/vtt; charset=utf-8').send(toVtt(timeTurns(events)))
      const minutes = minutesOf(room, events)
      if (format === 'json') return reply.type('application/json; charset=utf-8').send(minutes)
      return reply.type('text/markdown; charset=utf-8').send(toMarkdown(minutes, events))
    },
  })
}
