import { z } from 'zod'
import { type DurableType, TranscriptTurn } from '#protocol'
import { problems } from '../../problem.ts'
import { readEvents } from '../../read-events.ts'
import { timeTurns, toText, toVtt } from '../../transcript.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

const TYPES: DurableType[] = ['room.opened', 'transcript.final']
const Transcript = z.object({ items: z.array(TranscriptTurn) })
const Query = z.object({ format: z.enum(['json', 'text', 'vtt']).default('json') })

export function getTranscript(app: App, deps: HttpDeps): void {
  app.get('/rooms/:room/transcript', {
    schema: {
      operationId: 'getTranscript',
      tags: ['rooms'],
      summary: 'Everything that was said, whole',
      params: RoomParams,
      querystring: Query,
      response: {
        200: {
          description: 'The transcript.',
          content: {
            'application/json': { schema: Transcript },
            'text/plain': {
              schema: z.string().describe('`[hh:mm:ss] Name: text`, one line a turn.'),
            },
            'text/vtt': { schema: z.string().describe('WebVTT, the speaker as voice.') },
          },
        },
        ...problems('invalid', 'not_found', 'removed'),
      },
    },
    handler: async ({ principal, params, query: { format } }, reply) => {
      const turns = timeTurns(await readEvents(deps, principal, params.room, TYPES))
      if (format === 'text') return reply.type('text/plain; charset=utf-8').send(toText(turns))
      if (format === 'vtt') return reply.type('text/vtt; charset=utf-8').send(toVtt(turns))
      return reply
        .type('application/json; charset=utf-8')
        .send({ items: turns.map(({ from: _, to: __, ...turn }) => turn) })
    },
  })
}
