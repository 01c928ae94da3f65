import { readFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import { join, normalize } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build } from 'esbuild'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectHub } from '#protocol/client'
import { launchBrowser } from '../support/browser.ts'
import { type Consumer, installClient } from '../support/consumer.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { fencesOf } from '../support/markdown.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'

const docs = new URL('../../protocol/docs/', import.meta.url)
const snippets = fencesOf(new URL('client.md', docs)).filter(({ language }) => language === 'ts')
const [setup] = snippets
const fileOf = ({ line }: { line: number }) => `line-${line}`

let app: Consumer
let site: Server
let origin: string
let database: TestDatabase
let hub: TestHub

beforeAll(async () => {
  app = await installClient()
  site = createServer((request, response) => {
    const path = join(app.folder, normalize(new URL(request.url ?? '/', 'http://x').pathname))
    const type = path.endsWith('.html') ? 'text/html' : 'text/javascript'
    readFile(path).then(
      (file) => response.setHeader('content-type', type).end(file),
      () => response.writeHead(404).end(),
    )
  })
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve))
  const address = site.address()
  if (typeof address !== 'object' || address === null) throw new Error('the site has no port')
  origin = `http://127.0.0.1:${address.port}`
  database = await createTestDatabase()
  hub = await startHub({ databaseUrl: database.url, env: { ALLOWED_ORIGINS: origin } })
}, 180_000)

afterAll(async () => {
  await hub?.stop()
  await database?.drop()
  site?.close()
  await app?.remove()
})

test('the tarball holds the client, its types and its page, and nothing of the hub', async () => {
  const { client, root } = app.packed
  expect(client).toEqual(
    expect.arrayContaining(
      ['package.json', 'README.md', 'LICENSE', 'client/index.js', 'client/index.d.ts'].map(
        (file) => `package/${file}`,
      ),
    ),
  )
  const other = client.filter((file) => !/(\.d\.ts|package\.json|README\.md|LICENSE)$/.test(file))
  expect(other).toEqual(['package/client/index.js'])
  const beside = root.filter((file) => !file.startsWith('package/dist/'))
  expect(beside.sort()).toEqual(['package/LICENSE', 'package/README.md', 'package/package.json'])
  expect(root).toContain('package/dist/client/index.js')
  const installed = JSON.parse(await readFile(join(app.folder, 'package-lock.json'), 'utf8'))
  const names = Object.keys(installed.packages).map((path) => path.replace('node_modules/', ''))
  expect(names).toEqual(expect.arrayContaining(['auralink', 'socket.io-client', 'zod']))
  for (const name of names)
    expect(name).toMatch(/^$|^auralink$|^zod$|socket|^engine\.io|^debug$|^ms$|^ws$|^xmlhttp/)
})

test('bundled for a browser it is the client and Socket.IO alone', async () => {
  await app.write('app.js', "import { connectHub } from 'auralink/client'\nwindow.x = connectHub")
  const { outputFiles, metafile } = await build({
    entryPoints: [join(app.folder, 'app.js')],
    absWorkingDir: app.folder,
    ...{ bundle: true, minify: true, format: 'esm', write: false, metafile: true },
  })
  const packages = Object.keys(metafile.inputs)
    .map((path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(path)?.[1])
    .filter((name) => name !== undefined)
  for (const name of packages) expect(name).toMatch(/^auralink$|socket\.io|engine\.io/)
  const bytes = gzipSync(outputFiles[0]?.contents ?? '').length
  console.log(`the client with Socket.IO: ${bytes} bytes gzipped`)
  expect(bytes).toBeLessThan(24_000)
})

test('its types are whole: what is wrong does not compile', async () => {
  await app.write(
    'strict.ts',
    `import { connectHub, reduceCases, HubError, type CaseView, type WireEvent } from 'auralink/client'
     const hub = connectHub({ url: 'http://localhost:8080', token: async () => 'x', timeoutMs: 1 })
     const room = await hub.join('a')
     const line: string | undefined = room.transcript[0]?.speaker.name
     room.on('summary.updated', ({ data }) => data.decisions.map((one) => one.text.length))
     const events: readonly WireEvent[] = room.events
     const cases: readonly CaseView[] = events.reduce(reduceCases, [] as readonly CaseView[])
     const { seq } = await room.chat('hello')
     seq.toFixed()
     // @ts-expect-error seq is a number
     seq.trim()
     // @ts-expect-error no such event
     room.on('summary.rewritten', () => {})
     // @ts-expect-error no such action
     await room.act('ben', 'praise')
     // @ts-expect-error a token is needed
     connectHub({ url: '' })
     // @ts-expect-error a final is said so by a boolean
     await hub.command('caption.push', { room: 'a', segment: 's', text: 't', final: 'yes' })
     // @ts-expect-error no such code
     new HubError('nonsense', '')
     export { line, cases }`,
  )
  await app.compile('nodenext')
  await app.compile('bundler')
}, 60_000)

describe('the page of docs', () => {
  beforeAll(async () => {
    await app.write(
      'globals.d.ts',
      `declare const process: { env: Record<string, string> }
       declare function render(...what: unknown[]): void
       declare function show(text: string): void`,
    )
    for (const snippet of snippets)
      await app.write(
        `${fileOf(snippet)}.ts`,
        `const url = process.env.HUB_URL ?? ''
         const token = process.env.HUB_TOKEN ?? ''
         Object.assign(globalThis, { render: () => {}, show: () => {} })
         ${setup?.text}
         ${snippet === setup ? '' : snippet.text}
         // what was said before this round trip has arrived after it
         if (room.status === 'live') await room.history(0, 1)
         hub.close()`,
      )
    await app.compile('nodenext')
  }, 60_000)

  test('has snippets', () => expect(snippets.length).toBeGreaterThan(7))

  for (const snippet of snippets)
    test(`line ${snippet.line} runs, and prints what it says`, async () => {
      const others = connectHub({ url: hub.url, token: await hub.token('ola') })
      await others.join('a room of others')
      const ben = { rooms: { standup: ['join' as const] } }
      const present = connectHub({ url: hub.url, token: await hub.token('ben', ben) })
      // the first snippet makes the room that ben can be in
      if (snippet !== setup) await present.join('standup')
      try {
        const env = { HUB_URL: hub.url, HUB_TOKEN: await hub.token('ana', { name: 'Ana' }) }
        expect(await app.node(`${fileOf(snippet)}.js`, env)).toBe(snippet.prints ?? '')
      } finally {
        others.close()
        present.close()
      }
    }, 90_000)
})

test('the example page shows what is said and what agents say, and says something', async () => {
  const page = await readFile(new URL('room.html', docs), 'utf8')
  expect(page.trim().split('\n').length).toBeLessThanOrEqual(40)
  await app.write('room.html', page)
  const ana = connectHub({ url: hub.url, token: await hub.token('ana', { name: 'Ana' }) })
  const room = await ana.join('kitchen', { name: 'Ana' })
  await room.caption('The soup needs two hours.')
  const token = await hub.token('cy', { name: 'Cy', rooms: { kitchen: ['join'] } })
  const hash = new URLSearchParams({ url: hub.url, room: 'kitchen', token })
  const browser = await launchBrowser()
  try {
    const tab = await browser.newPage()
    const wrong: string[] = []
    tab.on('pageerror', (error) => wrong.push(error.message))
    await tab.goto(`${origin}/room.html#${hash}`)
    const log = tab.getByRole('log')
    await log.getByText('Ana: The soup needs two hours.').waitFor({ timeout: 20_000 })
    await tab.getByLabel('Say something').fill('And some salt <b>.')
    await tab.getByRole('button', { name: 'Say' }).click()
    await log.getByText('Cy: And some salt <b>.').waitFor({ timeout: 20_000 })
    await room.when(
      ({ transcript }) => transcript.some(({ speaker }) => speaker.id === 'cy'),
      20_000,
    )
    await room.ask('How long does the soup need?')
    await log.getByText(/\(agent\): .*two hours/).waitFor({ timeout: 20_000 })
    expect(await tab.getByRole('status').textContent()).toMatch(/^live, \d+ here$/)
    expect(wrong).toEqual([])
  } finally {
    await browser.close()
    ana.close()
  }
}, 120_000)
