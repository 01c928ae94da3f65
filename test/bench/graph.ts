import { Annotation, END, START, StateGraph } from '@langchain/langgraph'
import pino from 'pino'
import { CHECKPOINT_SCHEMA, type Database, openDatabase, threadNames } from '#db'
import type { Summary } from '#protocol'
import { systemClock } from '#rooms'
import type { Turn } from '../../agents/brain/index.ts'
import { createWorkflows } from '../../agents/graphs/index.ts'
import { createThreads, type Threads } from '../../agents/graphs/threads.ts'
import { createDatabaseOn } from '../support/database-server.ts'
import { type Bench, ms, percentile, type Row, ratio } from './bench.ts'
import { corpus, turns } from './corpus.ts'

/** What one more utterance costs in the summarization graph, early and late in a long meeting. */
export const name = 'graph'

const LENGTHS = [10, 1_000, 4_000]
/** Turns taken in at once on the way to the next length. */
const BATCH = 30
/** Utterances measured at each length. */
const SAMPLES = 40

interface Measured {
  p50: number
  bytes: number
}

/** Something that takes in turns, up to a length without being measured, then one by one. */
interface Candidate {
  thread: string
  takeIn(turns: Turn[]): Promise<void>
}

export async function run(bench: Bench): Promise<Row[]> {
  const { url, drop } = await createDatabaseOn((await bench.postgres()).url)
  const db = await openDatabase({
    url,
    dataDir: '/nonexistent',
    log: pino({ level: 'error' }),
    encryptionKeys: [new Uint8Array(32)],
  })
  try {
    const threads = createThreads(db)
    const meeting = firstTurns(Math.max(...LENGTHS) + SAMPLES)
    // the first runs of the code are slow for its own reasons
    for (const graph of [cursorGraph(threads, 'warm-up'), transcriptGraph(threads, 'warm-up')])
      for (const turn of meeting.slice(0, 100)) await graph.takeIn([turn])
    const ours = await measure(db, meeting, cursorGraph(threads, 'measured'))
    bench.say(
      'baseline: a LangGraph graph that keeps the turns in its state, on the same checkpointer',
    )
    const baseline = await measure(db, meeting, transcriptGraph(threads, 'measured'))
    const growth = (measured: Measured[]) =>
      `${((measured.at(-1)?.p50 ?? 0) / (measured[0]?.p50 ?? 0)).toFixed(2)}x`
    const rows = LENGTHS.flatMap((length, i): Row[] => {
      const [a, b] = [ours[i], baseline[i]]
      if (!a || !b) return []
      const what = `at ${length.toLocaleString('en')} turns`
      return [
        {
          what: `${what}, p50`,
          ours: ms(a.p50),
          baseline: ms(b.p50),
          compared: ratio(a.p50, b.p50),
        },
        {
          what: `${what}, checkpoints`,
          ours: kb(a.bytes),
          baseline: kb(b.bytes),
          compared: ratio(a.bytes, b.bytes),
        },
      ]
    })
    const what = `p50 at ${LENGTHS.at(-1)} turns over ${LENGTHS[0]}`
    return [...rows, { what, ours: growth(ours), baseline: growth(baseline), bound: 'flat' }]
  } finally {
    await db.close()
    await drop()
  }
}

async function measure(db: Database, all: Turn[], { thread, takeIn }: Candidate) {
  const measured: Measured[] = []
  let done = 0
  for (const length of LENGTHS) {
    while (done < length) {
      const upto = Math.min(done + BATCH, length)
      await takeIn(all.slice(done, upto))
      done = upto
    }
    const times: number[] = []
    for (let i = 0; i < SAMPLES; i++) {
      const from = performance.now()
      await takeIn(all.slice(done, done + 1))
      times.push(performance.now() - from)
      done += 1
    }
    measured.push({ p50: percentile(times, 0.5), bytes: await bytesOf(db, thread) })
  }
  return measured
}

/** The product's graph. The room is only what the graph asks of it: what the log costs is measured elsewhere. */
function cursorGraph(threads: Threads, roomId: string): Candidate {
  const workflows = createWorkflows({
    threads,
    clock: systemClock,
    model: undefined,
    log: pino({ level: 'error' }),
    batchRuns: 1,
  })
  const heard: Turn[] = []
  let published: Summary | undefined
  const room = {
    summary: () => published,
    append: async (drafts: { type: string; data: unknown }[]) => {
      for (const draft of drafts)
        if (draft.type === 'summary.updated') published = draft.data as Summary
      return []
    },
  }
  return {
    thread: threadNames.workflow(roomId, 'summarization'),
    async takeIn(turns) {
      heard.push(...turns)
      await workflows.summarize(roomId, {
        room,
        agent: { id: 'agent:summarization', name: 'Aura', kind: 'agent' },
        // the room's memory finds them by seq, which here is the place
        turnsAfter: (seq) => heard.slice(seq),
        signal: new AbortController().signal,
      })
    },
  }
}

/** The same checkpointer with what most examples do: the turns are in the state. */
function transcriptGraph({ saver }: Threads, roomId: string): Candidate {
  const thread = `transcript:${roomId}`
  const State = Annotation.Root({
    turns: Annotation<Turn[], Turn[]>({
      reducer: (before, more) => before.concat(more),
      default: () => [],
    }),
    words: Annotation<number>,
  })
  const count = (state: typeof State.State) => ({
    words: state.turns.at(-1)?.text.split(' ').length ?? 0,
  })
  const graph = new StateGraph(State)
    .addNode('count', count)
    .addEdge(START, 'count')
    .addEdge('count', END)
    .compile({ checkpointer: saver })
  return {
    thread,
    async takeIn(turns) {
      await graph.invoke({ turns }, { configurable: { thread_id: thread }, durability: 'exit' })
    },
  }
}

function firstTurns(count: number): Turn[] {
  const said = turns(corpus().meetings)
  return Array.from({ length: count }, (_, i) => {
    const { speaker, text } = said.next().value ?? { speaker: '', text: '' }
    return { seq: i + 1, at: i * 5_000, speaker: { id: speaker, name: speaker }, text }
  })
}

async function bytesOf(db: Database, thread: string): Promise<number> {
  const { rows } = await db.checkpoints.query(
    `select sum(bytes)::float8 as bytes from (
       select sum(pg_column_size(t.*)) bytes from ${CHECKPOINT_SCHEMA}.checkpoints t where thread_id = $1
       union all
       select sum(pg_column_size(t.*)) from ${CHECKPOINT_SCHEMA}.checkpoint_blobs t where thread_id = $1
       union all
       select sum(pg_column_size(t.*)) from ${CHECKPOINT_SCHEMA}.checkpoint_writes t where thread_id = $1
     ) parts`,
    [thread],
  )
  return rows[0]?.bytes ?? 0
}

const kb = (bytes: number) =>
  bytes < 1024 * 1024 ? `${(bytes / 1024).toFixed(1)} KB` : `${(bytes / 2 ** 20).toFixed(1)} MB`
