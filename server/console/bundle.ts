import { basename, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { build, type Plugin } from 'esbuild'

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

const TYPES: Record<string, string> = {
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
}

const HERE = fileURLToPath(new URL('.', import.meta.url))

/** What is left of Socket.IO's engine when the wire is WebSocket alone, as ours is. */
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
}
const webSocketOnly: Plugin = {
  name: 'websocket only',
  setup({ onLoad }) {
    for (const [file, contents] of Object.entries(ENGINE))
      onLoad({ filter: new RegExp(`engine\\.io-client.build.esm.${file}$`) }, () => ({ contents }))
  },
}

/** Bundles entries of this folder, in memory. What several of them need is a file of its own. */
export async function bundle(entryPoints: string[]): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: HERE,
    entryPoints,
    outdir: 'assets',
    entryNames: '[name]-[hash]',
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    plugins: [webSocketOnly],
    metafile: true,
    write: false,
  })
  const assets = new Map<string, Asset>()
  for (const { path, contents } of outputFiles) {
    const raw = Buffer.from(contents)
    const type = TYPES[path.split('.').at(-1) ?? ''] ?? 'application/octet-stream'
    assets.set(basename(path), { type, raw, gzip: gzipSync(raw, { level: 9 }) })
  }
  const entries: Bundle['entries'] = {}
  for (const [file, { entryPoint, cssBundle }] of Object.entries(metafile.outputs)) {
    if (entryPoint === undefined || !entryPoints.includes(relative('.', entryPoint))) continue
    const css = cssBundle === undefined ? '' : `/assets/${basename(cssBundle)}`
    entries[entryPoint] = { js: `/assets/${basename(file)}`, css }
  }
  return { entries, assets }
}
