/**
 * The HTTP side of the wire: REST under /api/v1, its documents, health, metrics and the console's page.
 * Plugins first, then routes; `createHttp` starts nothing, so that tests can inject requests.
 */
import fastify from 'fastify'
import {
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod'
import { HubError } from '#protocol'
import { consolePage } from '../console/index.ts'
import { requireToken } from './plugins/authentication.ts'
import { documents } from './plugins/documents.ts'
import { answerBrokenHttp, answerErrors, sendError } from './plugins/errors.ts'
import { measureRequests, secureHeaders } from './plugins/headers.ts'
import { idempotent } from './plugins/idempotency.ts'
import { parseJson } from './plugins/json.ts'
import { audit } from './routes/audit.ts'
import { livekitRoutes } from './routes/livekit/index.ts'
import { nodeOperations, operations } from './routes/operations.ts'
import { privacyRoutes } from './routes/privacy/index.ts'
import { roomRoutes } from './routes/room/index.ts'
import { playSample } from './routes/sample.ts'
import { wireDocuments } from './routes/wire-documents.ts'
import type { App, HttpDeps } from './types.ts'

export type { App, HttpDeps } from './types.ts'

/** REST bodies are small; what people say comes over the socket. */
const BODY_LIMIT = 256 * 1024
/** How long a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 30_000
/** A name of 200 emoji, each of them 12 characters when percent-encoded, and some that need more. */
const MAX_PARAM_LENGTH = 8_192

export async function createHttp(deps: HttpDeps): Promise<App> {
  const { log, isDraining, nextId } = deps
  const app: App = fastify({
    bodyLimit: BODY_LIMIT,
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    genReqId: nextId,
    // addresses hold names of rooms and users: requests are measured, not logged
    logger: false,
    requestTimeout: REQUEST_TIMEOUT_MS,
    clientErrorHandler: answerBrokenHttp,
    frameworkErrors: (error, request, reply) => sendError(error, request, reply, log),
  }).withTypeProvider<ZodTypeProvider>()
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)

  parseJson(app)
  secureHeaders(app)
  measureRequests(app, deps)
  answerErrors(app, deps)
  app.addHook('onRequest', async (request, reply) => {
    if (!isDraining() || request.routeOptions.config.open) return
    reply.header('connection', 'close')
    throw new HubError('draining', 'This node is stopping. Send it again.')
  })
  await documents(app)
  operations(app, deps)
  await app.register(
    async (scope) => {
      const api: App = scope.withTypeProvider<ZodTypeProvider>()
      requireToken(api, deps)
      idempotent(api, deps)
      wireDocuments(api)
      roomRoutes(api, deps)
      privacyRoutes(api, deps)
      await livekitRoutes(api, deps)
      playSample(api, deps)
      nodeOperations(api, deps)
      audit(api, deps)
    },
    { prefix: '/api/v1' },
  )
  const { livekitUrl } = deps
  await app.register(consolePage, livekitUrl === undefined ? {} : { livekitUrl })
  return app
}
