import { afterAll, beforeAll, expect, test } from 'vitest'
import { startOpenAI } from '../fakes/openai.ts'
import { good, type Person, useHub } from './support.ts'

const ROOM = 'the Persimmon room'
/** Longer than networks keep for a reader, when it is said often. */
const TEXT = 'y'.repeat(15_000)

let model: Awaited<ReturnType<typeof startOpenAI>>
let ada: Person
let bob: Person

beforeAll(async () => {
  model = await startOpenAI({
    answer({ messages }) {
      const asked = messages.map(({ content }) => content).join('\n')
      return asked.includes('zebra') ? { status: 500 } : { pieces: ['The quokka', ' is ready.'] }
    },
  })
})
afterAll(() => model?.stop())

const { connect, rest } = useHub(() => ({
  env: { OPENAI_API_KEY: 'x', OPENAI_BASE_URL: model.baseUrl },
}))

beforeAll(async () => {
  ada = await enter('ada')
  bob = await enter('bob')
})

async function enter(userId: string): Promise<Person> {
  const person = await connect(userId, { rooms: { [ROOM]: ['join'] } })
  good(await person.emit('room.join', { room: ROOM }))
  return person
}

/** Every series, by its name with labels. */
async function scrape(): Promise<Map<string, number>> {
  const { text } = await rest('/metrics')
  const series = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'))
  return new Map(
    series.map((line) => {
      const cut = line.lastIndexOf(' ')
      return [line.slice(0, cut), Number(line.slice(cut + 1))]
    }),
  )
}

/** Of all series that begin so and have these labels. */
function sum(series: Map<string, number>, name: string, labels: string[] = []): number {
  return [...series]
    .filter(([key]) => key.split('{')[0] === name && labels.every((label) => key.includes(label)))
    .reduce((total, [, value]) => total + value, 0)
}

/** Asks, and waits until the run is over: its thread is dropped after the answer is heard. */
async function ask(question: string) {
  const runs = async () => sum(await scrape(), 'hub_graph_run_seconds_count', ['workflow="qa"'])
  const before = await runs()
  const { run } = good(await ada.emit('agent.ask', { room: ROOM, question }))
  await ada.until((e) => e.type === 'run.finished' && (e.data as { run: string }).run === run)
  await expect.poll(runs, { timeout: 15_000 }).toBe(before + 1)
}

test('each stage of the way from arrival to the answer is counted', async () => {
  const before = await scrape()
  const text = 'We ship the quokka on Friday.'
  good(await ada.emit('caption.push', { room: ROOM, segment: '1', text, final: true }))
  await ask('Is the quokka ready?')
  const after = await scrape()
  const moved = (name: string, ...labels: string[]) =>
    sum(after, name, labels) - sum(before, name, labels)

  expect(moved('hub_command_seconds_count', 'command="caption.push"', 'outcome="ok"')).toBe(1)
  expect(moved('hub_append_seconds_count')).toBeGreaterThanOrEqual(3)
  expect(moved('hub_appends_total')).toBe(moved('hub_append_seconds_count'))
  expect(moved('hub_commit_seconds_count')).toBeGreaterThanOrEqual(3)
  expect(moved('hub_fanout_seconds_count')).toBeGreaterThanOrEqual(3)
  expect(moved('hub_events_total', 'kind="durable"')).toBeGreaterThanOrEqual(4)
  expect(moved('hub_outbound_bytes_total')).toBeGreaterThan(500)
  expect(moved('hub_moderation_decision_seconds_count', 'kind="final"')).toBe(1)
  expect(moved('hub_graph_run_seconds_count', 'workflow="qa"', 'status="done"')).toBe(1)
  const name = 'model="openai/gpt-5.4-mini"'
  expect(moved('hub_model_first_token_seconds_count', name)).toBe(1)
  expect(moved('hub_model_seconds_count', name, 'outcome="ok"')).toBe(1)
  expect(moved('hub_talkback_first_words_seconds_count', 'workflow="qa"')).toBe(1)
  expect(moved('hub_talkback_seconds_count', 'workflow="qa"', 'status="done"')).toBe(1)
})

test('failures of the model are counted by their code, and the run that went on without it as done', async () => {
  const before = await scrape()
  await ask('What about the zebra?')
  const after = await scrape()
  const moved = (name: string, ...labels: string[]) =>
    sum(after, name, labels) - sum(before, name, labels)
  expect(moved('hub_model_seconds_count', 'outcome="provider_failed"')).toBeGreaterThan(0)
  expect(moved('hub_model_first_token_seconds_count')).toBe(0)
  // not the greeting, which may come meanwhile
  expect(moved('hub_graph_run_seconds_count', 'workflow="qa"', 'status="done"')).toBe(1)
})

test('what is only looked at is there too: queues, lag, lease, loop, checkpoints, cases', async () => {
  let series = await scrape()
  const value = (name: string) => series.get(name) ?? Number.NaN
  expect(value('hub_lease_held')).toBe(1)
  expect(value('hub_connections')).toBe(2)
  const idle = [
    'hub_append_queue',
    'hub_appends_pending',
    'hub_log_lag_seconds',
    'hub_outbound_queue_bytes',
    'hub_outbound_queue_largest_bytes',
    'hub_connections_lagging',
    'hub_cases_open',
  ]
  // agents may still write of what was said before
  const busy = async () => {
    series = await scrape()
    return idle.filter((name) => value(name) !== 0)
  }
  await expect.poll(busy, { timeout: 15_000 }).toEqual([])
  expect(value('hub_checkpoint_bytes')).toBeGreaterThan(8_192)
  expect(value('nodejs_eventloop_lag_p99_seconds')).toBeGreaterThan(0)
})

test('a reader that stops reading shows in the outbound queue', async () => {
  const speakers = await Promise.all(Array.from({ length: 8 }, (_, i) => enter(`speaker ${i}`)))
  const largest = async () => (await scrape()).get('hub_outbound_queue_largest_bytes') ?? 0
  bob.pause()
  for (let round = 0; (await largest()) < 50_000; round++) {
    expect(round).toBeLessThan(90)
    const partial = { room: ROOM, segment: 's', text: `${round} ${TEXT}`, final: false }
    await Promise.all(speakers.map((speaker) => speaker.emit('caption.push', partial)))
  }
  bob.unpause()
  await expect.poll(largest, { timeout: 15_000 }).toBe(0)
  for (const speaker of speakers) speaker.cut()
})

test('no label holds what users made up, and names follow the convention', async () => {
  const series = await scrape()
  const own = [...series.keys()].filter((key) => key.startsWith('hub_'))
  expect(own.join('\n')).not.toMatch(/persimmon|ada|bob|quokka|zebra/i)
  expect(own.length).toBeLessThan(1_500)
  const { text } = await rest('/metrics')
  for (const [, name, type] of text.matchAll(/^# TYPE (hub_\w+) (\w+)$/gm)) {
    if (type === 'counter') expect(name).toMatch(/_total$/)
    if (type === 'histogram') expect(name).toMatch(/_seconds$/)
    if (type === 'gauge') expect(name).not.toMatch(/_total$/)
  }
})
