import { afterAll, beforeAll, expect, it } from 'vitest'
import type { WireEvent } from '#protocol'
import { connectHub, type Hub, type LiveRoom } from '#protocol/client'
import { startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts'
import { startSmallModel } from '../support/small-model.ts'

/*
 * A real model of 135 million parameters, which talks like OpenAI. What it says is its own business; that it streams into a
 * live room, and stops when told to, is ours.
 */
const ROOM = 'small model'
let model: Awaited<ReturnType<typeof startSmallModel>>
let database: TestDatabase
let hub: TestHub
let client: Hub
let room: LiveRoom
type Talkback = Extract<WireEvent, { type: 'talkback.delta' | 'talkback.said' }>
const heard: Talkback[] = []

beforeAll(async () => {
  model = await startSmallModel()
  database = await createTestDatabase()
  hub = await startHub({
    databaseUrl: database.url,
    env: { OPENAI_API_KEY: model.apiKey, OPENAI_BASE_URL: model.baseUrl },
  })
  client = connectHub({
    url: hub.url,
    token: await hub.token('ana', { name: 'Ana', rooms: { [ROOM]: ['join', 'moderate'] } }),
  })
  room = await client.join(ROOM)
  for (const type of ['talkback.delta', 'talkback.said'] as const)
    room.on(type, (event) => heard.push(event))
  await room.caption('We launch the new website on the twelfth of March.')
  await room.caption('The press release is still with the lawyers.')
  // it reads what all questions have in common once; on a busy machine that may take longer than a person is let wait
  const { run } = await room.ask('Who has the press release?')
  await room.when(
    ({ events }) => events.some((e) => e.type === 'run.finished' && e.data.run === run),
    60_000,
  )
  // what runs it, and its weights, may have to be fetched
}, 600_000)

afterAll(async () => {
  client?.close()
  await hub?.stop()
  await database?.drop()
  await model?.stop()
})

const of = (run: string) => heard.filter(({ data }) => data.run === run)
const textsOf = (run: string) => of(run).map(({ data }) => data.text)

it('streams its answer into the room, word by word, and then as a whole', async () => {
  const { run } = await room.ask('When do we launch the new website?')
  const said = await room.when(
    () => of(run).find((event) => event.type === 'talkback.said'),
    30_000,
  )
  const texts = textsOf(run)
  expect(of(run).at(-1)).toBe(said)
  expect(texts.length).toBeGreaterThan(2)
  for (const [i, text] of texts.slice(1, -1).entries()) expect(text).toContain(texts[i])
  expect(said.data.text).toContain(texts.at(-2))
  // the built-in brain, which steps in for a model that fails, says that it does
  expect(said.data.text).not.toMatch(/model did not answer|Quoted from/)
})

it('stops in the middle when somebody interrupts, and the model is let go', async () => {
  const { run } = await room.ask(
    'Tell me a long story about the launch of the website, with many details.',
  )
  await room.when(() => of(run).length > 0, 30_000)
  expect(await room.interrupt(run)).toMatchObject({ runs: [run] })
  const said = await room.when(
    () => of(run).find((event) => event.type === 'talkback.said'),
    30_000,
  )
  expect(said.data).toMatchObject({ interrupted: true, text: textsOf(run).at(-2) })
  await model.dropped(1)
})

it('says by what answers are searched', () => {
  expect(hub.log.filter((line) => line.retrieval !== undefined)).toMatchObject([
    { retrieval: 'words' },
  ])
})
