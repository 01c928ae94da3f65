import type { AddressInfo } from 'node:net'
import { PlaySample, SampleView } from '#protocol'
import { problems } from '../problem.ts'
import type { App, HttpDeps } from '../types.ts'
import { IdempotencyHeaders } from './room/shared.ts'

export function playSample(app: App, { sample }: HttpDeps): void {
  app.post('/sample', {
    config: { idempotent: true },
    schema: {
      operationId: 'playSample',
      tags: ['rooms'],
      summary: 'Play the sample meeting into a new room, which you own',
      description:
        'Its people are guests with tokens for that room alone, so the hub must sign its own tokens. One at a time for a user; closing the room ends it.',
      headers: IdempotencyHeaders,
      body: PlaySample,
      response: {
        201: SampleView.describe('It has begun. `Location` has the room.'),
        ...problems('invalid', 'malformed', 'too_large', 'forbidden', 'conflict', 'rate_limited'),
      },
    },
    handler: async ({ principal, body: { speed } }, reply) => {
      const { port } = app.server.address() as AddressInfo
      const played = await sample.start(principal, speed, `http://localhost:${port}`)
      reply.code(201).header('location', `/api/v1/rooms/${encodeURIComponent(played.room)}`)
      return played
    },
  })
}
