import { Annotation, END, type Runtime, START, StateGraph } from '@langchain/langgraph'
import type { Actor, Summary } from '#protocol'
import type { Room } from '#rooms'
import {
  emptySummary,
  renderSummary,
  type SummaryState,
  type Turn,
  updateSummary,
} from '../brain/index.ts'
import { tryModel } from './ask-model.ts'
import { contextOf, type GraphDeps } from './deps.ts'
import { type SummaryItems, summarizeByModel } from './model-summary.ts'

/** A cursor and results; never the turns, which would make every checkpoint grow with the meeting. */
const State = Annotation.Root({
  /** When the run was started; an empty input would not start one on a thread whose last run failed. */
  at: Annotation<number>,
  /** Seq of the last turn taken in. */
  upto: Annotation<number>,
  summary: Annotation<SummaryState>,
  /** The model's own items, where a model made the last summary. */
  items: Annotation<SummaryItems | null>,
})

export interface SummarizationContext {
  room: Pick<Room, 'summary' | 'append'>
  agent: Actor
  /** The room's turns after a seq, oldest first. */
  turnsAfter(seq: number): Turn[]
  signal: AbortSignal
}

const Context = Annotation.Root({ of: Annotation<SummarizationContext> })
type Run = Runtime<typeof Context.State>

/** Letters taken in before others get their turn on the processor: a few milliseconds' work. */
const AT_ONCE = 1_000

/** The summary after some more turns, made without holding up what else the node does. */
export async function takeIn(before: SummaryState, turns: readonly Turn[]): Promise<SummaryState> {
  let state = before
  for (let from = 0, to = 0; from < turns.length; from = to) {
    for (let letters = 0; to < turns.length && letters < AT_ONCE; to++)
      letters += turns[to]?.text.length ?? 0
    state = updateSummary(state, turns.slice(from, to))
    await new Promise((resolve) => setImmediate(resolve))
  }
  return state
}

/** Turns taken in by one run, so that a run after a long outage stays short. */
const TURNS_PER_RUN = 200

/** Takes in what is new, then publishes: `digest` reads and thinks, `publish` writes to the log. */
export function createSummarizationGraph(deps: GraphDeps) {
  async function digest(state: typeof State.State, { context }: Run) {
    const { turnsAfter, signal } = contextOf(context)
    signal.throwIfAborted()
    const before = state.summary ?? emptySummary()
    const turns = turnsAfter(state.upto ?? 0).slice(0, TURNS_PER_RUN)
    const last = turns.at(-1)
    if (!last) return {}
    const summary = await takeIn(before, turns)
    const items = await tryModel(deps, signal, (model) =>
      summarizeByModel(model, state.items ?? renderSummary(before), turns, signal),
    )
    return { upto: last.seq, summary, items: items ?? null }
  }

  async function publish(state: typeof State.State, { context }: Run) {
    const { room, agent, signal } = contextOf(context)
    signal.throwIfAborted()
    const published = room.summary()
    // after a crash between log and checkpoint the same turns come again: they are in the log already
    if (!state.summary || (published?.upto ?? 0) >= state.upto) return {}
    const data: Summary = {
      version: (published?.version ?? 0) + 1,
      upto: state.upto,
      ...(state.items ?? renderSummary(state.summary)),
    }
    await room.append([{ type: 'summary.updated', actor: agent, data }])
    return {}
  }

  return new StateGraph(State, Context)
    .addNode('digest', digest)
    .addNode('publish', publish)
    .addEdge(START, 'digest')
    .addEdge('digest', 'publish')
    .addEdge('publish', END)
    .compile({ checkpointer: deps.threads.saver, name: 'summarization' })
}
