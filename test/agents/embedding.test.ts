import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pino from 'pino'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Embedder, LOCAL_MODELS, openEmbedder } from '../../agents/embedding/index.ts'
import { fetchLocalModel, isFetched, modelFolder } from '../../rooms/weights/index.ts'
import { syntheticMeetings } from '../evals/corpus.ts'
import { startAnthropic } from '../fakes/anthropic.ts'
import { quiet, useDatabase } from '../support/postgres.ts'
import { enter, startNode } from './node.ts'

/** Fetched once for all runs of the tests, from where users get them. */
const CACHE = join(import.meta.dirname, '../../node_modules/.cache/auralink')

const database = useDatabase()
let embedder: Embedder

beforeAll(async () => {
  for (const model of LOCAL_MODELS)
    if (!(await isFetched(CACHE, model.name))) await fetchLocalModel(CACHE, model)
  const opened = await openEmbedder(CACHE, quiet)
  if (!opened) throw new Error('the embedding model does not run')
  embedder = opened
}, 180_000)
afterAll(() => embedder?.stop())

const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, i) => sum + x * (b[i] ?? 0), 0)

it('gives the vectors of the original, within what int8 costs', async () => {
  const [eating, bread, baby, cheetah] = await embedder.embed([
    'A man is eating food.',
    'A man is eating a piece of bread.',
    'The girl is carrying a baby.',
    'A cheetah is running behind its prey.',
  ])
  if (!eating || !bread || !baby || !cheetah) throw new Error('a vector is missing')
  expect(eating).toHaveLength(384)
  expect(dot(eating, eating)).toBeCloseTo(1, 3)
  // 0.755 with the weights of 32 bits
  expect(dot(eating, bread)).toBeCloseTo(0.755, 1)
  expect(dot(eating, baby)).toBeLessThan(0.1)
  expect(dot(eating, cheetah)).toBeLessThan(0.25)
})

it('reads the beginning of a text that is too long, and a text of nothing', async () => {
  const start = Array(300).fill('budget').join(' ')
  const [long, longer, nothing] = await embedder.embed([start, `${start} cheetah`, ''])
  expect(longer).toEqual(long)
  expect(nothing).toHaveLength(384)
})

it('works beside the event loop, and takes a question before what waits', async () => {
  const text = Array(150).fill('meeting').join(' ')
  let turns = 0
  let counting = true
  const count = () => {
    turns++
    if (counting) setImmediate(count)
  }
  setImmediate(count)
  const done: string[] = []
  const background = Array.from({ length: 6 }, (_, i) =>
    embedder.embed(Array(4).fill(text)).then(() => done.push(`background ${i}`)),
  )
  await embedder.embed(['And the question?'], { urgent: true }).then(() => done.push('question'))
  await Promise.all(background)
  counting = false
  // the loop turns thousands of times; in the same thread it would have been once for each text at most
  expect(turns).toBeGreaterThan(100)
  expect(done.indexOf('question')).toBeLessThanOrEqual(1)
})

it('shows the model what was meant, where no word is the same', async () => {
  const ILL = `Sorry that I was away, I caught the flu last week and lay in bed with a high fever, coughing all night, and the
doctor gave me antibiotics and told me to stay at home until my throat is fine again. `
  // not that of a clinic, where much is close to it
  const meeting = syntheticMeetings()
    .filter(({ id }) => !id.includes('clinic'))
    .flatMap(({ turns }) => turns)
  const shown: boolean[] = []
  let ready = () => {}
  const remembered = new Promise<void>((resolve) => {
    ready = resolve
  })
  // the first chunk of it holds what was said before, too
  let chunks = 0
  const watched: Embedder = {
    ...embedder,
    async embed(texts, options) {
      const vectors = await embedder.embed(texts, options)
      if (!options?.urgent) chunks += texts.filter((text) => text.includes('antibiotics')).length
      if (chunks > 1) ready()
      return vectors
    },
  }
  const model = await startAnthropic({
    answer({ messages }) {
      const content = messages[0]?.content ?? ''
      if (!content.includes('name="question"')) return { status: 500 }
      shown.push(content.includes('antibiotics'))
      return { pieces: ['I see.'] }
    },
  })
  // in this order: a node embeds all rooms that are open
  for (const [name, by] of [
    ['by meaning', watched],
    ['by words', undefined],
  ] as const) {
    const node = await startNode(database.db, {
      models: { anthropic: model },
      agents: { greetingDelayMs: 60_000, meaningWithinMs: 60_000 },
      ...(by ? { embedder: by } : {}),
    })
    const alice = await enter(node, name, 'alice', ['moderate'])
    await Promise.all(meeting.map(({ text }, i) => alice.says(i === 100 ? ILL.repeat(9) : text)))
    if (by) await remembered
    const { run } = await alice.asks('Who had the influenza?')
    await node.event('run.finished', (e) => e.data.run === run, 60_000)
    expect(shown.at(-1), name).toBe(by !== undefined)
    await node.stop()
  }
  await model.stop()
}, 120_000)

it('goes on without a model that is not there, or that does not run, and says which', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'auralink-models-'))
  const lines: Record<string, unknown>[] = []
  const log = pino({}, { write: (line: string) => lines.push(JSON.parse(line)) })
  expect(await openEmbedder(folder, log)).toBeUndefined()
  expect(lines.at(-1)).toMatchObject({ level: 30, retrieval: 'words' })
  await fetchLocalModel(folder, {
    ...{ name: 'embedding', title: '', licence: '', use: '', files: [] },
    finish: (to) => writeFile(join(to, 'minilm-int8.onnx'), 'no model'),
  })
  expect(await openEmbedder(folder, log)).toBeUndefined()
  expect(lines.at(-1)).toMatchObject({ level: 40, retrieval: 'words' })
  expect(modelFolder(folder, 'embedding')).toBe(join(folder, 'models/embedding'))
  await rm(folder, { recursive: true })
})

it('fails what waits when it is stopped, in the middle of the model, which is let end', async () => {
  const text = Array(150).fill('meeting').join(' ')
  // a thread that is cut there ends the process with it, as often as not
  for (let times = 0; times < 4; times++) {
    const own = await openEmbedder(CACHE, quiet)
    const first = own?.embed([text])
    const failed = expect(own?.embed(Array(20).fill(text))).rejects.toThrow('stopped')
    await first
    await own?.stop()
    await failed
    await expect(own?.embed(['another'])).rejects.toThrow('stopped')
  }
})
