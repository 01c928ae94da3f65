import { z } from 'zod'
import { queries } from '#db'
import { type Principal, type RoomEvent, TranscriptTurn } from '#protocol'
import { toWireEvent } from '../../log-view.ts'
import { problems } from '../../problem.ts'
import { readRoom } from '../../room-access.ts'
import { timeTurns, toText, toVtt } from '../../transcript.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

/** Rows of one query; the log is read to its end. */
const CHUNK = 1000

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
      const turns = timeTurns(await readTurns(deps, principal, params.room))
      if (format === 'text') return reply.type('text/plain; charset=utf-8').send(toText(turns))
      if (format === 'vtt') return reply.type('text/vtt; charset=utf-8').send(toVtt(turns))
      return reply
        .type('application/json; charset=utf-8')
        .send({ items: turns.map(({ from: _, to: __, ...turn }) => turn) })
    },
  })
}

async function readTurns(deps: HttpDeps, principal: Principal, name: string): Promise<RoomEvent[]> {
  const events: RoomEvent[] = []
  for (;;) {
    const after = events.at(-1)?.seq ?? 0
    const chunk = await readRoom(deps, principal, name, async (tx, { room }) => {
      const entries = await queries.readLog(tx, room.id, {
        after,
        limit: CHUNK,
        types: ['room.opened', 'transcript.final'],
      })
      return entries.map((entry) => toWireEvent(entry, room))
    })
    for (const event of chunk) if ('actor' in event) events.push(event)
    if (chunk.length < CHUNK) return events
  }
}
