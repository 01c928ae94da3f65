import { MemorySaver } from '@langchain/langgraph'
import pino from 'pino'
import { expect, it } from 'vitest'
import { type CaseView, type EventDraft, ModerationPolicy, type Summary } from '#protocol'
import { createKeyedLock, systemClock } from '#rooms'
import type { Turn } from '../brain/index.ts'
import { createMemory } from '../live/memory.ts'
import type { ChatModel } from '../models/index.ts'
import { createWorkflows } from './index.ts'
import type { Finding } from './ladder.ts'
import type { ModerationContext } from './moderation.ts'
import type { Threads } from './threads.ts'
import type { Voice } from './voice.ts'

const agent = { id: 'agent:test', name: 'Aura', kind: 'agent' as const }
const signal = new AbortController().signal

/** Threads in memory. */
function threadsOn(saver: MemorySaver): Threads {
  return {
    saver,
    serially: createKeyedLock(),
    prune: async () => {},
    drop: (thread) => saver.deleteThread(thread),
    dropRoom: async () => {},
  }
}

function workflowsOn(saver: MemorySaver, model?: ChatModel) {
  return createWorkflows({
    threads: threadsOn(saver),
    clock: systemClock,
    model,
    log: pino({ level: 'silent' }),
    batchRuns: 2,
  })
}

/** What of a room the summary touches. */
function fakeRoom() {
  const published: Summary[] = []
  return {
    published,
    summary: () => published.at(-1),
    async append(drafts: EventDraft[]) {
      for (const draft of drafts) if (draft.type === 'summary.updated') published.push(draft.data)
      return []
    },
  }
}

const turn = (seq: number): Turn => ({
  seq,
  at: seq * 1_000,
  speaker: { id: 'bob', name: 'Bob' },
  text: `I will finish part ${seq} of the report by Friday.`,
})

function transcript(count: number) {
  const memory = createMemory()
  for (let seq = 1; seq <= count; seq++) memory.add(turn(seq))
  return memory
}

it('publishes no summary twice when the process ends between the log and the checkpoint', async () => {
  const saver = new MemorySaver()
  const put = saver.put.bind(saver)
  const room = fakeRoom()
  const memory = transcript(5)
  const context = { room, agent, turnsAfter: memory.after, signal }
  saver.put = () => Promise.reject(new Error('killed'))
  await expect(workflowsOn(saver).summarize('r', context)).rejects.toThrow('killed')
  expect(room.published.map((s) => s.upto)).toEqual([5])

  saver.put = put
  const again = workflowsOn(saver)
  expect(await again.digest('r')).toBeUndefined()
  await again.summarize('r', context)
  expect(room.published.map((s) => s.upto)).toEqual([5])
  memory.add(turn(6))
  await again.summarize('r', context)
  expect(room.published.map((s) => [s.version, s.upto])).toEqual([
    [1, 5],
    [2, 6],
  ])
})

it('publishes later what could not be written to the log', async () => {
  const saver = new MemorySaver()
  const room = fakeRoom()
  const memory = transcript(5)
  const workflows = workflowsOn(saver)
  const away = { ...room, append: () => Promise.reject(new Error('away')) }
  const context = { agent, turnsAfter: memory.after, signal }
  await expect(workflows.summarize('r', { ...context, room: away })).rejects.toThrow('away')
  await workflows.summarize('r', { ...context, room })
  expect(room.published.map((s) => s.upto)).toEqual([5])
})

it('keeps cursors and results in its threads, never a turn', async () => {
  const saver = new MemorySaver()
  const thread = { configurable: { thread_id: 'room:r:summarization' } }
  const memory = transcript(500)
  const workflows = workflowsOn(saver)
  const room = fakeRoom()
  while ((room.summary()?.upto ?? 0) < 500)
    await workflows.summarize('r', { room, agent, turnsAfter: memory.after, signal })
  const digest = await workflows.digest('r')
  expect(digest?.upto).toBe(500)
  const { checkpoint } = (await saver.getTuple(thread)) ?? {}
  const channels = Object.keys(checkpoint?.channel_values ?? {}).filter((c) => !c.startsWith('__'))
  expect(channels.sort()).toEqual(['at', 'items', 'summary', 'upto'])
  expect(JSON.stringify(checkpoint?.channel_values).length).toBeLessThan(34_000)
})

/** A voice that keeps what it says. */
function fakeVoice(said: string[]): Voice {
  return {
    signal,
    start: async () => {},
    async speak(_, say) {
      const { text } = await say({ signal, show: () => {} })
      said.push(text)
    },
    fail: async () => {},
  }
}

it('greets nobody again whose join is behind the cursor', async () => {
  const workflows = workflowsOn(new MemorySaver())
  const said: string[] = []
  const greet = (...joiners: { id: string; name: string; seq: number }[]) =>
    workflows.greet('r', {
      roomName: 'Room',
      joiners,
      people: joiners.map((j) => j.name),
      voice: () => fakeVoice(said),
      summary: async () => undefined,
      turns: [],
    })
  await greet({ id: 'a', name: 'Ann', seq: 2 }, { id: 'b', name: 'Ben', seq: 3 })
  await greet({ id: 'a', name: 'Ann', seq: 2 })
  await greet({ id: 'c', name: 'Cid', seq: 4 })
  expect(said).toHaveLength(2)
  expect(said[0]).toBe('Welcome to Room, Ann and Ben.')
  expect(said[1]).toContain('Cid')
})

it('keeps a question until it is answered, and nothing after that', async () => {
  const saver = new MemorySaver()
  const workflows = workflowsOn(saver)
  const memory = transcript(3)
  const question = { question: 'Who?', askerId: 'a', askerName: 'Ann', private: false }
  const said: string[] = []
  const context = { index: memory.index, turns: memory.turns, summary: undefined }
  const dying: Voice = { ...fakeVoice(said), speak: () => Promise.reject(new Error('killed')) }
  await expect(
    workflows.answer('r', 'run1', question, { ...context, voice: dying }),
  ).rejects.toThrow('killed')
  const again = workflowsOn(saver)
  expect(await again.question('r', 'run1')).toEqual(question)
  expect(await again.question('r', 'run2')).toBeUndefined()
  await again.resume('r', 'run1', { ...context, voice: fakeVoice(said) })
  expect(said).toHaveLength(1)
  expect(Object.keys(saver.storage)).toEqual([])
})

/** Something that a policy puts to a person, and what of a room that touches. */
function offence() {
  const cases: CaseView[] = []
  const finding: Finding = {
    ...{ target: 'bob', categories: ['harassment'], scores: { harassment: 0.9 }, stage: 'rules' },
    ...{ severity: 'high', reason: 'insults', evidence: [1], unsure: false },
  }
  const moderation: ModerationContext = {
    room: {
      casesAbout: async () => cases,
      caseOf: async (id) => cases.find((one) => one.case === id),
      enforce: async () => undefined,
      propose: async ({ finding: { case: id = '' } }) => {
        cases.push({ case: id, status: 'open', evidence: [] as number[] } as CaseView)
        return { case: id }
      },
      moderates: () => false,
      read: async () => [],
    },
    policy: () => ModerationPolicy.parse({ automatic: false }),
    ...{ enabled: () => true, text: '', signal, lastWords: () => [], judgeAgain: () => false },
    notify: async () => {},
  }
  return { finding, moderation }
}

it('a run that is set off in a node of another graph is no part of that graph', async () => {
  const saver = new MemorySaver()
  const workflows = workflowsOn(saver)
  const room = fakeRoom()
  const memory = transcript(5)
  const { finding, moderation } = offence()
  let proposed: boolean | undefined
  const voice: Voice = {
    ...fakeVoice([]),
    async start() {
      await workflows.summarize('r', { room, agent, turnsAfter: memory.after, signal })
      proposed = await workflows.moderate('r', 'c1', finding, moderation)
    },
  }
  await workflows.greet('r', {
    ...{ roomName: 'Room', joiners: [{ id: 'a', name: 'Ann', seq: 2 }], people: ['Ann'] },
    ...{ voice: () => voice, summary: async () => undefined, turns: [] },
  })
  expect(proposed).toBe(true)
  expect((await workflows.digest('r'))?.upto).toBe(5)
})

it('what a model finds harmless leaves nothing behind; what it does not goes on', async () => {
  const saver = new MemorySaver()
  const { finding, moderation } = offence()
  const judge = (violates: boolean) =>
    workflowsOn(saver, {
      name: 'judge',
      complete: async () => JSON.stringify({ violates, category: 'threat' }),
      stream() {
        throw new Error('not asked to')
      },
    })
  const unsure = { ...finding, unsure: true }
  expect(await judge(false).moderate('r', 'c1', unsure, moderation)).toBe(false)
  expect(Object.keys(saver.storage)).toEqual([])
  expect(await judge(true).moderate('r', 'c2', unsure, moderation)).toBe(true)
  expect(Object.keys(saver.storage)).toEqual(['case:c2'])
})
