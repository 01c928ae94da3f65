import { readFile } from 'node:fs/promises'
import { basename, join, parse } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin, transform } from 'esbuild'

export interface Asset {
  type: string
  raw: Buffer
  gzip: Buffer
}

export interface Bundle {
  /** Addresses of an entry's script and style. */
  entries: Record<string, { js: string; css: string }>
  /** By file name, as `main-ABCD1234.js`. */
  assets: Map<string, Asset>
}

const TYPES = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** What is left of Socket.IO's engine when the wire is WebSocket alone, as ours is, and browsers have `URL`. */
const ENGINE = {
  'index.js': `
    export { Socket } from './socket.js'
    export { parse } from './contrib/parseuri.js'
    export { installTimerFunctions } from './util.js'
    export { nextTick } from './globals.js'
    export const [Fetch, NodeXHR, XHR, NodeWebSocket, WebSocket, WebTransport] = []`,
  'transports/index.js': `
    import { WS } from './websocket.js'
    export const transports = { websocket: WS }`,
  'contrib/parseuri.js': `
    export const parse = (source) => {
      const { protocol, hostname, port, pathname: path, search } = new URL(source)
      const host = hostname.replace(/[[\\]]/g, '')
      return { source, protocol: protocol.slice(0, -1), host, port, path, query: search.slice(1) }
    }`,
}
const webSocketOnly: Plugin = {
  name: 'websocket only',
  setup({ onLoad }) {
    for (const [file, contents] of Object.entries(ENGINE))
      onLoad({ filter: new RegExp(`engine\\.io-client.build.esm.${file}$`) }, () => ({ contents }))
  },
}

/**
 * A worklet runs in the browser's audio thread, where nothing can be imported: it is a file of its own, and
 * importing it, as `./recorder.ts?worklet`, gives its address.
 */
const worklets: Plugin = {
  name: 'worklets',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?worklet$/ }, ({ path, resolveDir }) => ({
      // its name is that of what is sent
      path: join(resolveDir, path.replace(/\.ts\?worklet$/, '.js')),
      namespace: 'worklet',
    }))
    onLoad({ filter: /.*/, namespace: 'worklet' }, async ({ path }) => {
      const source = await readFile(path.replace(/js$/, 'ts'), 'utf8')
      const { code } = await transform(source, { loader: 'ts', minify: true, target: 'es2022' })
      return { contents: code, loader: 'file' }
    })
  },
}

/**
 * Bundles entries of this folder, in memory. Each is whole in itself: what two of them need is in both,
 * since few people open both, and a shared file would make each of them larger. What an entry imports by
 * `import()` is fetched when it is asked for.
 */
export async function bundle(entryPoints: string[]): Promise<Bundle> {
  const assets: Bundle['assets'] = new Map()
  const entries: Bundle['entries'] = {}
  await Promise.all(
    entryPoints.map(async (entry) => {
      const urls = { js: '', css: '' }
      for (const { path, contents } of await filesOf(entry)) {
        const name = basename(path)
        const kind = name.endsWith('.css') ? 'css' : 'js'
        const raw = Buffer.from(contents)
        assets.set(name, { type: TYPES[kind], raw, gzip: gzipSync(raw, { level: 9 }) })
        if (name.startsWith(`${parse(entry).name}-`)) urls[kind] = `/assets/${name}`
      }
      entries[entry] = urls
    }),
  )
  return { entries, assets }
}

async function filesOf(entry: string) {
  const { outputFiles } = await build({
    absWorkingDir: HERE,
    entryPoints: [entry],
    outdir: 'assets',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    assetNames: '[name]-[hash]',
    publicPath: '/assets',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [webSocketOnly, worklets],
    write: false,
  })
  return outputFiles
}
