/**
 * The plain page at `/`: the rooms, and one room live. It reads nothing of the hub's inside: in the
 * browser it is a client like any other. It may touch #protocol/client only.
 */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
// for `hide`: a page is no part of the API's description
import type {} from '@fastify/swagger'
import { build } from 'esbuild'
import type { FastifyPluginAsync } from 'fastify'

/** Nothing but the page's own files and the hub it came from; no inline script or style. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Serves the page. Its script is bundled at the first request and kept. */
export const consolePage: FastifyPluginAsync = async (app) => {
  let script: Promise<string> | undefined

  const files = {
    '/': { type: 'text/html', read: () => own('page.html') },
    '/console.css': { type: 'text/css', read: () => own('page.css') },
    '/console.js': { type: 'text/javascript', read: () => (script ??= bundle()) },
  }
  for (const [url, { type, read }] of Object.entries(files)) {
    app.get(url, { schema: { hide: true } }, async (_request, reply) => {
      reply.type(`${type}; charset=utf-8`)
      reply.header('content-security-policy', POLICY)
      reply.header('cache-control', 'no-cache')
      reply.header('referrer-policy', 'no-referrer')
      return read()
    })
  }
}

function own(name: string): Promise<string> {
  return readFile(new URL(name, import.meta.url), 'utf8')
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('page.ts', import.meta.url))],
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    write: false,
  })
  return outputFiles[0]?.text ?? ''
}
