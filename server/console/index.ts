/**
 * The console: the page at `/` from which people watch and steer live rooms. It reads nothing of the
 * hub's inside: in the browser it is a client like any other. What runs there may touch
 * #protocol/client only (and types of #protocol).
 *
 * `app/` the shell, routes and session; `ui/` shared components; `styles/` design tokens; a folder for
 * each screen: `home/`, `room/`, `desk/`, `past/`, `data/`.
 */
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
// for `hide`: a page is no part of the API's description
import type {} from '@fastify/swagger'
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type Asset, type Bundle, bundle } from './bundle.ts'

/** Pages by their address: each has an entry of its own, and shares what they have in common. */
const PAGES = { '/': 'main.tsx', '/debug': 'debug/main.tsx' } as const

export interface ConsoleOptions {
  /** Where browsers reach LiveKit. */
  livekitUrl?: string
}

/**
 * Nothing but the page's own files, the hub it came from and its LiveKit server; no inline script or style.
 * Recordings are fetched with a token, and so played as `blob:`.
 */
function policy(livekitUrl: string | undefined): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    ["connect-src 'self'", ...livekitSources(livekitUrl)].join(' '),
    'img-src data:',
    'media-src blob:',
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

/** LiveKit's client connects by WebSocket, and asks by HTTP why it could not. */
function livekitSources(livekitUrl: string | undefined): string[] {
  if (livekitUrl === undefined) return []
  const { protocol, host } = new URL(livekitUrl)
  const secure = protocol === 'wss:' || protocol === 'https:'
  return secure ? [`wss://${host}`, `https://${host}`] : [`ws://${host}`, `http://${host}`]
}

/** Serves the pages. They are bundled at the first request and kept in memory. */
export const consolePage: FastifyPluginAsync<ConsoleOptions> = async (app, { livekitUrl }) => {
  const contentPolicy = policy(livekitUrl)
  let built: Promise<Bundle> | undefined
  const files = () => {
    built ??= bundle(Object.values(PAGES)).catch((error: unknown) => {
      built = undefined
      throw error
    })
    return built
  }

  for (const [url, entry] of Object.entries(PAGES)) {
    app.get(url, { schema: { hide: true } }, async (request, reply) => {
      const { js = '', css = '' } = (await files()).entries[entry] ?? {}
      const html = (await readFile(new URL('page.html', import.meta.url), 'utf8'))
        .replace('{js}', js)
        .replace('{css}', css)
      const etag = `"${createHash('sha256').update(html).digest('base64url').slice(0, 16)}"`
      reply.type('text/html; charset=utf-8')
      reply.header('content-security-policy', contentPolicy)
      reply.header('cache-control', 'no-cache')
      reply.header('etag', etag)
      if (request.headers['if-none-match'] === etag) return reply.code(304).send()
      return html
    })
  }

  app.get<{ Params: { name: string } }>(
    '/assets/:name',
    { schema: { hide: true } },
    async (request, reply) => {
      const asset = (await files()).assets.get(request.params.name)
      if (asset === undefined) return reply.code(404).type('text/plain').send('No such file.')
      return sendAsset(asset, request, reply)
    },
  )
}

/** A name holds the content's hash, so whoever has the file need not ask for it again. */
function sendAsset(asset: Asset, request: FastifyRequest, reply: FastifyReply) {
  reply.type(asset.type)
  reply.header('cache-control', 'public, max-age=31536000, immutable')
  reply.header('vary', 'accept-encoding')
  if (!String(request.headers['accept-encoding']).includes('gzip')) return reply.send(asset.raw)
  return reply.header('content-encoding', 'gzip').send(asset.gzip)
}
