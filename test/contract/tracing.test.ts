import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WireEvent } from '#protocol'
import { startOpenAI } from '../fakes/openai.ts'
import { type CollectedSpan, startCollector } from '../support/collector.ts'
import { startHub, type TestHub } from '../support/hub.ts'
import { connectPerson, good, type Person, useHub } from './support.ts'

type Tree = { [name: string]: Tree }

/** Words that are said, asked, answered, and what rooms and people are called. */
const WORDS = ['zebrafinch', 'quokka', 'marmalade', 'Persimmon', 'Wombatina', 'wombat-user']
const ROOM = 'the Persimmon room'

const TURNS = [
  'We decided to ship the zebrafinch on Tuesday.',
  'The marmalade costs ten euros a jar.',
  'I will call the bakery about it tomorrow.',
  'Who pays for the second batch?',
  'The budget has room for forty jars.',
  'Then let us order forty of them.',
  'The labels are late, since the printer broke.',
  'I will ask another printer on Monday.',
  'The shop in the harbour wants a sample.',
  'Bring them two jars and the price list.',
  'The next meeting is on Friday at ten.',
  'Let us close here.',
]

let collector: Awaited<ReturnType<typeof startCollector>>
let model: Awaited<ReturnType<typeof startOpenAI>>
let person: Person
let people: [Person, ...Person[]]

beforeAll(async () => {
  collector = await startCollector()
  model = await startOpenAI({
    answer: ({ messages }) =>
      messages.some(({ content }) => content.includes('quokka'))
        ? { pieces: ['The marmalade', ' is ready.'] }
        : { status: 500 },
  })
})
afterAll(() => Promise.all([collector?.stop(), model?.stop()]))

const setting = useHub(() => ({
  env: {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint,
    OTEL_SERVICE_NAME: 'hub-under-test',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    OPENAI_API_KEY: 'x',
    OPENAI_BASE_URL: model.baseUrl,
  },
}))

beforeAll(async () => {
  person = await enter('wombat-user')
  people = [person, await enter('ben'), await enter('cleo'), await enter('dora')]
})

async function enter(userId: string): Promise<Person> {
  const claims = { name: `Wombatina ${userId}`, rooms: { [ROOM]: ['join' as const] } }
  const entered = await setting.connect(userId, claims)
  good(await entered.emit('room.join', { room: ROOM }))
  return entered
}

/** The spans beneath one, by their names; those of the same name are one. */
function treeOf(spans: CollectedSpan[], parent: CollectedSpan): Tree {
  const tree: Tree = {}
  for (const span of spans)
    if (span.parentSpanId === parent.spanId)
      tree[span.name] = { ...tree[span.name], ...treeOf(spans, span) }
  return tree
}

/** The trace of the first root that fits, once its answer is sent. */
function answeredTrace(root: string): Promise<{ root: CollectedSpan; spans: CollectedSpan[] }> {
  return collector.until((all) => {
    for (const first of all.filter((s) => s.name === root && s.parentSpanId === undefined)) {
      const spans = all.filter(({ traceId }) => traceId === first.traceId)
      const sent = spans.some(
        ({ name, attributes }) =>
          name === 'fanout' && attributes['auralink.event'] === 'talkback.said',
      )
      const ended = spans.some(({ name }) => name === 'graph.run qa')
      if (sent && ended) return { root: first, spans }
    }
    return undefined
  })
}

const ANSWER: Tree = {
  'log.commit': { fanout: {} },
  talkback: { 'chat gpt-5.4-mini': {}, 'log.commit': { fanout: {} } },
}

test('a question is one trace from its arrival to the answer that was sent', async () => {
  const asked = await person.emit('agent.ask', { room: ROOM, question: 'Is the quokka ready?' })
  const { run } = good(asked)
  const { root, spans } = await answeredTrace('agent.ask')
  expect(treeOf(spans, root)).toEqual({ 'graph.run qa': ANSWER })
  const find = (name: string) => spans.find((span) => span.name === name)
  expect(find('graph.run qa')?.attributes).toMatchObject({
    'auralink.workflow': 'qa',
    'auralink.run': run,
    'auralink.status': 'done',
  })
  expect(find('chat gpt-5.4-mini')).toMatchObject({
    attributes: { 'gen_ai.provider.name': 'openai', 'auralink.outcome': 'ok' },
    events: ['first token'],
  })
  expect(root.resource).toMatchObject({ 'service.name': 'hub-under-test' })
  expect(root.resource['service.instance.id']).toMatch(/^[0-9a-f-]{36}$/)
})

test('an utterance that asks an agent is one trace over the commit and what the agents hear', async () => {
  const text = 'Aura, is the quokka near the zebrafinch?'
  good(await person.emit('caption.push', { room: ROOM, segment: 'q1', text, final: true }))
  const { root, spans } = await answeredTrace('caption.push')
  expect(treeOf(spans, root)).toEqual({
    'log.commit': {
      fanout: {},
      'agents.hear': { 'moderation.judge': {}, 'graph.run qa': ANSWER },
    },
  })
})

test('what serves many utterances is a trace of its own that links to theirs', async () => {
  for (const [i, text] of TURNS.entries()) {
    // one person who says all of it at once would be taken for a flood
    const speaker = people[i % people.length] ?? people[0]
    good(await speaker.emit('caption.push', { room: ROOM, segment: `s${i}`, text, final: true }))
  }
  const summary = await collector.until((spans) =>
    spans.find((s) => s.name === 'graph.run summarization' && s.links.length > 5),
  )
  expect(summary.parentSpanId).toBeUndefined()
  const linked = collector.spans.filter(({ spanId }) => summary.links.includes(spanId))
  expect(linked.length).toBeGreaterThan(5)
  for (const { name } of linked) expect(name).toBe('log.commit')
  expect(new Set(linked.map(({ traceId }) => traceId)).size).toBe(linked.length)
})

test('a case is part of the trace of what was said, and partials are in none', async () => {
  const partial = { room: ROOM, segment: 'bad', text: 'I will', final: false }
  for (let i = 0; i < 5; i++) good(await person.emit('caption.push', partial))
  const text = 'You are a worthless idiot, marmalade, and I will kill you tonight.'
  good(await person.emit('caption.push', { ...partial, text, final: true }))
  const run = await collector.until((all) => all.find((s) => s.name === 'graph.run moderation'))
  const root = await collector.until((all) =>
    all.find((s) => s.traceId === run.traceId && s.name === 'caption.push'),
  )
  const inside = () => collector.spans.filter(({ traceId }) => traceId === run.traceId)
  await collector.until(() =>
    inside().find(({ attributes }) => attributes['auralink.event'] === 'moderation.acted'),
  )
  expect(treeOf(inside(), root)).toMatchObject({
    'log.commit': {
      'agents.hear': { 'graph.run moderation': { 'log.commit': { fanout: {} } } },
    },
  })
  // the spans of partials would have come before it, and would have nothing beneath them
  for (const span of collector.spans.filter(({ name }) => name === 'caption.push'))
    expect(treeOf(collector.spans, span)).toHaveProperty('log.commit')
})

test('nothing that was said, asked or answered, and no name, is in anything exported', () => {
  expect(collector.bodies.length).toBeGreaterThan(3)
  const sent = collector.bodies.join('\n')
  expect(sent).toContain('agents.hear')
  for (const word of WORDS) expect(sent.toLowerCase()).not.toContain(word.toLowerCase())
})

test('the standard sampler is heeded: a trace is exported whole or not at all', {
  timeout: 90_000,
}, async () => {
  await setting.hub.stop()
  const bodies = collector.bodies.length
  const unsampled = await another({ OTEL_TRACES_SAMPLER: 'always_off' })
  await askIn(unsampled, 1)
  await unsampled.stop()
  expect(collector.bodies.length).toBe(bodies)

  const before = collector.spans.length
  const half = await another({
    OTEL_TRACES_SAMPLER: 'traceidratio',
    OTEL_TRACES_SAMPLER_ARG: '0.5',
  })
  await askIn(half, 6)
  await half.stop()
  const spans = collector.spans.slice(before)
  const ids = new Set(spans.map(({ spanId }) => spanId))
  for (const { name, parentSpanId } of spans)
    if (parentSpanId !== undefined) expect(ids.has(parentSpanId), name).toBe(true)
    else expect(name).toMatch(/^(room\.join|chat\.send|graph\.run (auto_join|summarization))$/)
})

test('a collector that is away holds up nothing', { timeout: 60_000 }, async () => {
  const away = await another({ OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: 'http://127.0.0.1:9/v1/traces' })
  await askIn(away, 1)
  expect(await away.stop()).toMatchObject({ code: 0 })
})

function another(env: Record<string, string>): Promise<TestHub> {
  const to = { OTEL_EXPORTER_OTLP_ENDPOINT: collector.endpoint, OTEL_BSP_SCHEDULE_DELAY: '50' }
  return startHub({ databaseUrl: setting.database.url, env: { ...to, ...env } })
}

/** So many people come one after another, ask the agent by its name, and get their answer. */
async function askIn(other: TestHub, people: number): Promise<void> {
  const rooms = { [ROOM]: ['join' as const] }
  for (let i = 0; i < people; i++) {
    const userId = `eve ${i}`
    const eve = await connectPerson(other.url, userId, await other.token(userId, { rooms }))
    good(await eve.emit('room.join', { room: ROOM }))
    good(await eve.emit('chat.send', { room: ROOM, text: 'Aura, is the quokka ready?' }))
    const started = await eve.until(
      (e) => e.type === 'run.started' && dataOf(e).asked_by === userId,
      20_000,
    )
    const { run } = dataOf(started)
    await eve.until((e) => e.type === 'run.finished' && dataOf(e).run === run, 20_000)
    eve.cut()
  }
}

function dataOf(event: WireEvent): { run?: string; asked_by?: string } {
  return 'data' in event ? (event.data as { run?: string; asked_by?: string }) : {}
}
