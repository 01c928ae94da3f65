/**
 * `npm run build`: the client as a package in dist/, for apps that are not the hub. It has the name
 * `auralink` and the entry `auralink/client`, but of the hub's dependencies only those that the client
 * itself needs. `npm pack ./dist` makes its tarball.
 */
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** What the bundle imports at run time, and what its types rest on. */
const DEPENDENCIES = ['socket.io-client', 'zod'] as const
const RUNTIME = ['socket.io-client']

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const dist = join(root, 'dist')
// beside it first, then in its place at once: a build that fails leaves the last one as it was
const fresh = join(root, '.cache', `dist-${process.pid}`)

try {
  await script()
  types()
  manifest()
  rmSync(dist, { recursive: true, force: true })
  renameSync(fresh, dist)
} finally {
  rmSync(fresh, { recursive: true, force: true })
}

async function script() {
  const { metafile } = await build({
    entryPoints: [join(here, 'index.ts')],
    outfile: join(fresh, 'client/index.js'),
    bundle: true,
    packages: 'external',
    format: 'esm',
    target: 'es2023',
    metafile: true,
  })
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports)
  const foreign = imports.filter(({ path }) => !RUNTIME.includes(path))
  if (foreign.length > 0)
    throw new Error(`the client must not import ${foreign.map(({ path }) => path).join(', ')}`)
}

function types() {
  const tsc = join(root, 'node_modules/typescript/bin/tsc')
  const project = join(here, 'tsconfig.build.json')
  execFileSync(process.execPath, [tsc, '-p', project, '--outDir', fresh], { stdio: 'inherit' })
  for (const file of readdirSync(fresh, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.d.ts')) continue
    const path = join(fresh, file)
    // the compiler leaves our suffixes as they are, and no .ts goes along
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(/(from '\.[^']*)\.ts'/g, "$1.js'"))
  }
}

function manifest() {
  const text = readFileSync(join(root, 'package.json'), 'utf8')
  const { name, version, description, license, engines, dependencies } = JSON.parse(text)
  const lean = {
    ...{ name, version, description, license, type: 'module', sideEffects: false, engines },
    exports: { './client': { types: './client/index.d.ts', default: './client/index.js' } },
    dependencies: Object.fromEntries(DEPENDENCIES.map((one) => [one, dependencies[one]])),
  }
  mkdirSync(fresh, { recursive: true })
  writeFileSync(join(fresh, 'package.json'), `${JSON.stringify(lean, null, 2)}\n`)
  cpSync(join(root, 'protocol/docs/client.md'), join(fresh, 'README.md'))
  cpSync(join(root, 'LICENSE'), join(fresh, 'LICENSE'))
}
