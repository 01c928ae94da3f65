import { STATUS_CODES } from 'node:http'
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import {
  hasZodFastifySchemaValidationErrors,
  isResponseSerializationError,
} from 'fastify-type-provider-zod'
import { HubError } from '#protocol'
import { asHubError } from '../../failure.ts'
import { toProblem } from '../problem.ts'
import type { App, HttpDeps } from '../types.ts'

const MAX_PROBLEMS = 20

/** Every error leaves as problem+json, whoever threw it. */
export function answerErrors(app: App, { log }: Pick<HttpDeps, 'log'>): void {
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply, log))
  app.setNotFoundHandler((request, reply) =>
    sendError(new HubError('not_found', 'There is nothing at this address.'), request, reply, log),
  )
}

/** Also for what goes wrong before a route is known. */
export function sendError(
  thrown: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
  log: HttpDeps['log'],
): FastifyReply {
  const error = describe(thrown)
  if (error.code === 'internal')
    log.error(
      { err: error, request: request.id, route: request.routeOptions?.url },
      'a request failed',
    )
  const { body, headers } = toProblem(error, request.id)
  return reply
    .code(body.status)
    .headers(headers)
    .serializer((payload: unknown) => JSON.stringify(payload))
    .send(body)
}

/** What is not even HTTP: no request, no route, only a connection to answer on and to close. */
export function answerBrokenHttp(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const { body, headers } = toProblem(broken(error.code))
  const text = JSON.stringify(body)
  socket.end(
    [
      `HTTP/1.1 ${body.status} ${STATUS_CODES[body.status]}`,
      `content-type: ${headers['content-type']}`,
      `content-length: ${Buffer.byteLength(text)}`,
      'connection: close',
      '',
      text,
    ].join('\r\n'),
  )
}

function broken(code: string | undefined): HubError {
  if (code === 'HPE_HEADER_OVERFLOW')
    return new HubError('too_large', 'The address, or a header, is too long.')
  return new HubError('malformed', 'This is no HTTP request.')
}

function describe(thrown: unknown): HubError {
  if (hasZodFastifySchemaValidationErrors(thrown)) return invalid(thrown)
  if (isResponseSerializationError(thrown)) return asHubError(thrown)
  if (isFastifyError(thrown) && !(thrown instanceof HubError)) {
    const { statusCode = 500 } = thrown
    if (statusCode === 413) return new HubError('too_large', 'The body is too large.')
    if (statusCode === 404) return new HubError('not_found', 'There is nothing at this address.')
    if (statusCode === 415)
      return new HubError(
        'malformed',
        'The body must be JSON: send `Content-Type: application/json`.',
      )
    if (statusCode >= 400 && statusCode < 500)
      return new HubError('malformed', 'The request cannot be read: its body or address is broken.')
  }
  return asHubError(thrown)
}

function invalid(error: {
  validation: { instancePath: string; message?: string }[]
  validationContext?: string | undefined
}): HubError {
  const where = error.validationContext === 'querystring' ? 'query' : error.validationContext
  const errors = error.validation.slice(0, MAX_PROBLEMS).map((issue) => ({
    pointer: `/${where ?? 'body'}${issue.instancePath}`,
    detail: issue.message ?? 'is wrong',
  }))
  const detail = errors.map((issue) => `${issue.pointer}: ${issue.detail}`).join('; ')
  return new HubError('invalid', detail, { details: { errors } })
}

function isFastifyError(error: unknown): error is FastifyError {
  return error instanceof Error && 'statusCode' in error && typeof error.statusCode === 'number'
}
