import swagger from '@fastify/swagger'
import swaggerUi from '@fastify/swagger-ui'
import { jsonSchemaTransform, jsonSchemaTransformObject } from 'fastify-type-provider-zod'
import type { App } from '../types.ts'

/** The page's own files; its style sheets are partly set by its script. */
const POLICY =
  "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; object-src 'none'; frame-ancestors 'none'"

/** Collects the routes' schemas into an OpenAPI document, shown at `/docs`. Register before the routes. */
export async function documents(app: App): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'AuraLink',
        version: '1',
        description:
          'Live rooms with a brain. What happens in a room arrives over Socket.IO, described by [AsyncAPI](/api/v1/asyncapi.json); this is everything else.',
      },
      externalDocs: {
        description: 'The socket: commands, events and close codes, as AsyncAPI 3.0',
        url: '/api/v1/asyncapi.json',
      },
      tags: [
        { name: 'rooms', description: 'Rooms, their people, their logs and their agents.' },
        { name: 'livekit', description: 'How agents and people get into LiveKit rooms.' },
        { name: 'privacy', description: 'What the hub keeps of you: to take along, or to erase.' },
        { name: 'audit', description: 'What was done to whose things, and by whom.' },
        { name: 'operations', description: 'Health and metrics of this node.' },
      ],
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
      security: [{ bearer: [] }],
    },
    transform: jsonSchemaTransform,
    transformObject: jsonSchemaTransformObject,
  })
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: POLICY })
}
