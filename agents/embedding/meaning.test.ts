import { expect, it, vi } from 'vitest'
import { turnsOf } from '../brain/fixture.ts'
import { createTranscriptIndex, type Turn } from '../brain/index.ts'
import type { Embedder } from './embedder.ts'
import { createMeaning } from './meaning.ts'

const TOPICS = { health: /flu|ill|unwell/, money: /budget|euros/, ship: /launch|release/ }

/** Knows three topics. Answers at once, or when `hold` is over. */
function fake(hold: () => Promise<unknown> = async () => {}) {
  const calls: { texts: string[]; urgent: boolean }[] = []
  const embedder: Embedder = {
    name: 'fake',
    async embed(texts, { urgent = false } = {}) {
      calls.push({ texts, urgent })
      await hold()
      return texts.map((text) => {
        const found = Object.values(TOPICS).map((topic) => (topic.test(text) ? 1 : 0))
        const length = Math.hypot(...found) || 1
        return Float32Array.from(found, (x) => x / length)
      })
    },
    async stop() {},
  }
  return { embedder, calls }
}

const filler = Array(119).fill('so').join(' ')
/** Each line is a chunk of its own. */
const talk = (...lines: string[]) => turnsOf(lines.map((line) => `Ana: ${line} ${filler}`))

async function meaningOf(turns: Turn[], embedder: Embedder, options = {}) {
  const meaning = createMeaning(embedder, { deadlineMs: 10_000, ...options })
  for (const turn of turns) meaning.add(turn)
  await meaning.settled()
  return meaning
}

it('knows how close what was said is to a question', async () => {
  const meaning = await meaningOf(talk('the flu', 'the budget', 'the launch'), fake().embedder)
  const close = await meaning.closeTo('Who is unwell?')
  expect(close?.(1, 1)).toBeCloseTo(1)
  expect(close?.(2, 2)).toBeCloseTo(0)
  expect(close?.(1, 2)).toBeCloseTo(1)
  expect(close?.(4, 9)).toBeUndefined()
})

it('knows the newest words too, which wait for more', async () => {
  const turns = turnsOf(['Ana: The budget.', 'Bob: I have the flu.'])
  const { embedder, calls } = fake()
  const meaning = await meaningOf(turns, embedder)
  expect(calls).toHaveLength(0)
  expect((await meaning.closeTo('Who is ill?'))?.(2, 2)).toBeGreaterThan(0.5)
  expect(calls.every(({ urgent }) => urgent)).toBe(true)
})

it('finds by search what shares no word with the question', async () => {
  const turns = talk('launch', 'release', 'budget', 'flu', 'launch', 'budget', 'release', 'launch')
  const index = createTranscriptIndex()
  for (const turn of turns) index.add(turn)
  const meaning = await meaningOf(turns, fake().embedder)
  const question = 'Anybody unwell?'
  expect(index.search(question)).toEqual([])
  const close = await meaning.closeTo(question)
  expect(index.search(question, { close, limit: 1 })[0]?.seqs).toContain(4)
})

it('embeds a few chunks at a time, in the background', async () => {
  const { embedder, calls } = fake()
  await meaningOf(talk(...Array(10).fill('launch')), embedder)
  expect(Math.max(...calls.map(({ texts }) => texts.length))).toBeLessThanOrEqual(4)
  expect(calls.flatMap(({ texts }) => texts)).toHaveLength(10)
})

it('does without when the model is late', async () => {
  const never = new Promise<void>(() => {})
  const meaning = createMeaning(fake(() => never).embedder, { deadlineMs: 5 })
  expect(await meaning.closeTo('Who is ill?')).toBeUndefined()
})

it('does without from then on when the model fails, and says so once', async () => {
  const onFailure = vi.fn()
  const failing = () => Promise.reject(new Error('broken'))
  const meaning = await meaningOf(talk('flu', 'launch'), fake(failing).embedder, { onFailure })
  expect(await meaning.closeTo('Who is ill?')).toBeUndefined()
  for (const turn of talk('flu')) meaning.add({ ...turn, seq: 9 })
  await meaning.settled()
  expect(onFailure).toHaveBeenCalledTimes(1)
})

it('forgets what was erased, also while it is being embedded', async () => {
  let release = () => {}
  const hold = new Promise<void>((resolve) => {
    release = resolve
  })
  const turns = talk('flu', 'launch')
  const meaning = createMeaning(fake(() => hold).embedder, { deadlineMs: 10_000 })
  for (const turn of turns) meaning.add(turn)
  meaning.forget(1)
  release()
  await meaning.settled()
  let close = await meaning.closeTo('Who is ill?')
  expect(close?.(1, 1)).toBeUndefined()
  expect(close?.(2, 2)).toBeDefined()
  meaning.forget(2)
  close = await meaning.closeTo('Who is ill?')
  expect(close?.(2, 2)).toBeUndefined()
})

it('keeps so many chunks, the newest', async () => {
  const meaning = await meaningOf(talk('flu', 'flu', 'flu', 'flu'), fake().embedder, { most: 2 })
  const close = await meaning.closeTo('Who is ill?')
  expect([1, 2, 3, 4].map((seq) => close?.(seq, seq) !== undefined)).toEqual([
    ...[false, false, true, true],
  ])
})
