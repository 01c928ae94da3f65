import { Annotation, END, type Runtime, START, StateGraph } from '@langchain/langgraph'
import { type Actor, HubError, type Summary } from '#protocol'
import type { Clock, Room } from '#rooms'
import {
  emptySummary,
  renderSummary,
  type SummaryState,
  type Turn,
  updateSummary,
} from '../brain/index.ts'
import type { ChatModel } from '../models/index.ts'
import { needContext } from './context.ts'
import { type SummaryItems, summarizeByModel } from './model-summary.ts'
import type { Threads } from './threads.ts'

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

export interface SummarizationDeps {
  threads: Threads
  clock: Clock
  model: ChatModel | undefined
  /** Called when the model failed and the built-in summary took its place. */
  onFallback(code: string): void
}

/** Turns taken in before others get their turn on the processor: about a millisecond each. */
const AT_ONCE = 12

/** The summary after some more turns, made without holding up what else the node does. */
export async function takeIn(
  before: SummaryState,
  turns: readonly Turn[],
  now: number,
): Promise<SummaryState> {
  let state = before
  for (let from = 0; from < turns.length; from += AT_ONCE) {
    state = updateSummary(state, turns.slice(from, from + AT_ONCE), { now })
    await new Promise((resolve) => setImmediate(resolve))
  }
  return state
}

/** Turns taken in by one run, so that a run after a long outage stays short. */
export const TURNS_PER_RUN = 200

/** Takes in what is new, then publishes: `digest` reads and thinks, `publish` writes to the log. */
export function createSummarizationGraph({ threads, clock, model, onFallback }: SummarizationDeps) {
  async function digest(state: typeof State.State, { context }: Run) {
    const { turnsAfter, signal } = needContext(context).of
    signal.throwIfAborted()
    const before = state.summary ?? emptySummary()
    const turns = turnsAfter(state.upto ?? 0).slice(0, TURNS_PER_RUN)
    const last = turns.at(-1)
    if (!last) return {}
    const summary = await takeIn(before, turns, clock.now())
    let items: SummaryItems | null = null
    if (model)
      try {
        items = await summarizeByModel(model, state.items ?? renderSummary(before), turns, signal)
      } catch (error) {
        if (signal.aborted) throw error
        onFallback(error instanceof HubError ? error.code : 'internal')
      }
    return { upto: last.seq, summary, items }
  }

  async function publish(state: typeof State.State, { context }: Run) {
    const { room, agent } = needContext(context).of
    const published = room.summary()
    // after a crash between log and checkpoint the same turns come again: they are in the log already
    if (!state.summary || (published?.upto ?? 0) >= state.upto) return {}
    const { key_points, decisions, action_items, topics } =
      state.items ?? renderSummary(state.summary)
    const data: Summary = {
      version: (published?.version ?? 0) + 1,
      upto: state.upto,
      key_points,
      decisions,
      action_items,
      topics,
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
    .compile({ checkpointer: threads.saver, name: 'summarization' })
}
