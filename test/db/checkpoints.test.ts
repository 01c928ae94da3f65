import { randomUUID } from 'node:crypto'
import { Annotation, Command, END, interrupt, START, StateGraph } from '@langchain/langgraph'
import { PostgresSaver } from '@langchain/langgraph-checkpoint-postgres'
import { beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CHECKPOINT_SCHEMA, pruneCheckpoints, sweepCheckpoints, tables, threadNames } from '#db'
import { query, useDatabase } from '../support/postgres.ts'

const database = useDatabase()
let saver: PostgresSaver

beforeAll(() => {
  saver = new PostgresSaver(database.db.checkpoints, undefined, { schema: CHECKPOINT_SCHEMA })
})
beforeEach(() =>
  query(
    database.adminUrl,
    `truncate langgraph.checkpoints, langgraph.checkpoint_writes, langgraph.checkpoint_blobs`,
  ),
)

const State = Annotation.Root({
  said: Annotation<string[]>({ reducer: (a, b) => [...a, ...b], default: () => [] }),
})
const say = (word: string) => async () => ({ said: [word] })

/** Three steps, then one that waits for a person where `asks`. */
function steps(asks: boolean) {
  return new StateGraph(State)
    .addNode('one', say('one'))
    .addNode('two', say('two'))
    .addNode('three', async () => ({ said: [asks ? String(interrupt('go on?')) : 'three'] }))
    .addNode('four', say('four'))
    .addEdge(START, 'one')
    .addEdge('one', 'two')
    .addEdge('two', 'three')
    .addEdge('three', 'four')
    .addEdge('four', END)
}

const plain = () => steps(false).compile({ checkpointer: saver })
const asking = () => steps(true).compile({ checkpointer: saver })
/** The same within a graph, between two steps of its own. */
const nested = (checkpointer?: true) =>
  new StateGraph(State)
    .addNode('before', say('before'))
    .addNode('within', steps(true).compile(checkpointer ? { checkpointer } : {}))
    .addNode('after', say('after'))
    .addEdge(START, 'before')
    .addEdge('before', 'within')
    .addEdge('within', 'after')
    .addEdge('after', END)
    .compile({ checkpointer: saver })

const on = (thread: string) => ({ configurable: { thread_id: thread } })

async function stored(thread: string) {
  const [row] = await query(
    database.adminUrl,
    `select (select count(*)::int from langgraph.checkpoints where thread_id = $1) as checkpoints,
            (select count(*)::int from langgraph.checkpoint_blobs where thread_id = $1) as blobs,
            (select count(*)::int from langgraph.checkpoint_writes where thread_id = $1) as writes`,
    [thread],
  )
  return row as { checkpoints: number; blobs: number; writes: number }
}

const prune = (thread: string) => pruneCheckpoints(database.db.checkpoints, thread)

describe('a thread that is pruned', () => {
  test('keeps two checkpoints and what they need, and goes on as if nothing had happened', async () => {
    const graph = plain()
    for (let run = 0; run < 5; run++) await graph.invoke({ said: [`${run}`] }, on('a'))
    const { values } = await graph.getState(on('a'))
    const before = await stored('a')
    expect(await prune('a')).toBe(before.checkpoints - 2)
    const after = await stored('a')
    expect(after.checkpoints).toBe(2)
    expect(after.blobs).toBeLessThan(before.blobs)
    expect(after.writes).toBeLessThan(before.writes)
    expect((await graph.getState(on('a'))).values).toEqual(values)
    const { said } = await graph.invoke({ said: ['5'] }, on('a'))
    expect(said).toEqual([...values.said, '5', 'one', 'two', 'three', 'four'])
    expect(await prune('nobody')).toBe(0)
  })

  test.each(['sync', 'exit'] as const)('keeps an open interrupt (%s)', async (durability) => {
    const graph = asking()
    for (const run of ['first', 'second']) {
      await graph.invoke({ said: [run] }, { ...on('a'), durability })
      await prune('a')
      expect((await graph.getState(on('a'))).tasks[0]?.interrupts).toMatchObject([
        { value: 'go on?' },
      ])
      await graph.invoke(new Command({ resume: 'yes' }), { ...on('a'), durability })
    }
    expect((await graph.getState(on('a'))).values.said).toEqual(
      ['first', 'second'].flatMap((run) => [run, 'one', 'two', 'yes', 'four']),
    )
  })

  test.each(['sync', 'exit'] as const)(
    'keeps an open interrupt of a subgraph, and drops what its runs before left (%s)',
    async (durability) => {
      const graph = nested()
      for (const run of ['first', 'second', 'third']) {
        await graph.invoke({ said: [run] }, { ...on('a'), durability })
        await prune('a')
        const { tasks } = await graph.getState(on('a'))
        expect(tasks[0]?.interrupts).toMatchObject([{ value: 'go on?' }])
        const { said } = await graph.invoke(new Command({ resume: 'yes' }), {
          ...on('a'),
          durability,
        })
        expect(said.slice(-2)).toEqual(['four', 'after'])
        expect(said.filter((word: string) => word === 'yes').length).toBeGreaterThan(0)
      }
      await plain().invoke({ said: ['last'] }, on('a'))
      await prune('a')
      expect(await stored('a')).toMatchObject({ checkpoints: 2 })
    },
  )

  test('keeps what a subgraph remembers from run to run', async () => {
    const graph = nested(true)
    const remembered = async () => {
      const [row] = await query(
        database.adminUrl,
        `select count(*)::int as count from langgraph.checkpoints where checkpoint_ns = 'within'`,
      )
      return row?.count
    }
    for (const run of ['first', 'second', 'third']) {
      await graph.invoke({ said: [run] }, on('a'))
      await graph.invoke(new Command({ resume: 'yes' }), on('a'))
    }
    expect(await remembered()).toBeGreaterThan(2)
    await prune('a')
    expect(await remembered()).toBe(2)
  })
})

describe('a sweep', () => {
  const LATER = Date.now() + 7_200_000
  const sweep = (options: { now?: number; batch?: number } = {}) =>
    sweepCheckpoints(database.db, { now: LATER, ...options })

  async function makeRoom() {
    const name = randomUUID()
    const [row] = await database.db.withSystem('test', (tx) =>
      tx
        .insert(tables.rooms)
        .values({ name, ownerId: 'ann', createdAt: 1, openedAt: 1 })
        .returning(),
    )
    if (!row) throw new Error('no room')
    return row.id
  }

  test('drops the threads of rooms and cases that are gone, prunes the others, and keeps who waits', async () => {
    const room = await makeRoom()
    await query(
      database.adminUrl,
      `insert into moderation_cases
         (id, room_id, target_id, target_name, status, reason, by, stage, categories, evidence, opened_at)
       values ('there', $1, 'bob', 'Bob', 'rejected', 'r', 'policy', 'rules', '{}', '{}', 1)`,
      [room],
    )
    const threads = {
      room: threadNames.workflow(room, 'summarization'),
      gone: threadNames.workflow(randomUUID(), 'summarization'),
      question: threadNames.question(randomUUID(), 'run'),
      case: threadNames.case('there'),
      caseGone: threadNames.case('not there'),
      foreign: 'room:of another make:summarization',
    }
    for (const thread of Object.values(threads)) await asking().invoke({ said: ['x'] }, on(thread))
    const each = (await stored(threads.room)).checkpoints

    // nothing is old enough to be left behind
    expect(await sweep({ now: Date.now() })).toEqual({ threads: 0, checkpoints: 0 })
    expect(await sweep({ batch: 2 })).toEqual({ threads: 3, checkpoints: 3 * (each - 2) })
    for (const thread of [threads.gone, threads.question, threads.caseGone])
      expect(await stored(thread)).toEqual({ checkpoints: 0, blobs: 0, writes: 0 })
    for (const thread of [threads.room, threads.case, threads.foreign]) {
      expect((await stored(thread)).checkpoints).toBe(2)
      const { said } = await asking().invoke(new Command({ resume: 'yes' }), on(thread))
      expect(said).toEqual(['x', 'one', 'two', 'yes', 'four'])
    }
  })
})
