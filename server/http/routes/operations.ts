import { z } from 'zod'
import { HubError, Operations } from '#protocol'
import { onlyProblems, problems } from '../problem.ts'
import type { App, HttpDeps } from '../types.ts'

const Alive = z.object({ status: z.literal('ok') })

/** What goes on inside, in the API: for admins, who see operations and no words. */
export function nodeOperations(app: App, deps: Pick<HttpDeps, 'operations'>): void {
  app.get('/operations', {
    schema: {
      operationId: 'getOperations',
      tags: ['operations'],
      summary: 'What goes on in this node: rooms, queues, lag, and how long each stage takes',
      description: 'For admins. It names rooms and counts people, and holds no words.',
      response: { 200: Operations.describe('This node, now.'), ...problems('forbidden') },
    },
    handler: async ({ principal }) => {
      if (principal.role !== 'admin')
        throw new HubError('forbidden', 'This is for admins: use a token whose role is admin.')
      return deps.operations()
    },
  })
}

/** Health and metrics: for whoever runs the hub, without a token. */
export function operations(app: App, { metrics, rooms, isDraining }: HttpDeps): void {
  app.get('/healthz', {
    config: { open: true },
    schema: {
      operationId: 'health',
      tags: ['operations'],
      summary: 'Whether the process is alive',
      security: [],
      response: { 200: Alive.describe('It is.') },
    },
    handler: async () => ({ status: 'ok' as const }),
  })

  app.get('/readyz', {
    config: { open: true },
    schema: {
      operationId: 'ready',
      tags: ['operations'],
      summary:
        'Whether this node serves: its database answers, it holds its lease, it is not stopping',
      security: [],
      response: { 200: Alive.describe('It does.'), ...onlyProblems('degraded', 'draining') },
    },
    handler: async () => {
      if (isDraining()) throw new HubError('draining', 'This node is stopping.')
      if (!rooms.ready())
        throw new HubError('degraded', 'The database is away, or the lease of this node is lost.')
      return { status: 'ok' as const }
    },
  })

  app.get('/metrics', {
    config: { open: true },
    schema: { hide: true },
    handler: async (_, reply) =>
      reply.type(metrics.register.contentType).send(await metrics.register.metrics()),
  })
}
