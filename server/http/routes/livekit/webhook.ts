import { HubError } from '#protocol'
import type { App, HttpDeps } from '../../types.ts'
import { notConnected } from './shared.ts'

/** How LiveKit calls the bodies of its webhooks; what sends them on may have another word for them. */
const TYPES = ['application/webhook+json', 'application/json']

/** What LiveKit tells of its rooms. Its signature is over the body as it came, and takes the place of a token. */
export async function webhook(app: App, { arrival }: Pick<HttpDeps, 'arrival'>): Promise<void> {
  await app.register(async (scope) => {
    scope.removeContentTypeParser(TYPES)
    scope.addContentTypeParser<string>(TYPES, { parseAs: 'string' }, (_, body, done) =>
      done(null, body),
    )
    scope.post('/livekit/webhook', {
      config: { open: true },
      // for LiveKit alone: who reads the document of the API can sign none
      schema: { hide: true },
      handler: async ({ body, headers }, reply) => {
        if (!arrival) throw notConnected()
        if (typeof body !== 'string')
          throw new HubError('malformed', 'This is no webhook of LiveKit.')
        await arrival.webhook(body, headers.authorization)
        return reply.code(200).send()
      },
    })
  })
}
