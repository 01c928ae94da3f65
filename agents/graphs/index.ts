/**
 * The four workflows as LangGraph graphs. Each run reads its thread's checkpoint, does its work through the context that it
 * is given, and leaves one checkpoint: a cursor and results, never the turns.
 */
import { Command } from '@langchain/langgraph'
import type { Logger } from 'pino'
import { threadNames } from '#db'
import type { CaseView } from '#protocol'
import { type Clock, createLimiter } from '#rooms'
import type { SummaryState } from '../brain/index.ts'
import type { ChatModel } from '../models/index.ts'
import { alone } from './alone.ts'
import { type AutoJoinContext, createAutoJoinGraph } from './auto_join.ts'
import { type Finding, stepOf } from './ladder.ts'
import {
  createModerationGraph,
  findingOf,
  type ModerationContext,
  type Ruling,
} from './moderation.ts'
import { createQaGraph, type QaContext, type Question } from './qa.ts'
import { createSummarizationGraph, type SummarizationContext } from './summarization.ts'
import type { Threads } from './threads.ts'

export interface WorkflowsDeps {
  threads: Threads
  clock: Clock
  model: ChatModel | undefined
  log: Logger
  /** Summaries and greetings that run at once. Answers and moderation do not wait for them. */
  batchRuns: number
}

export interface Digest {
  upto: number
  summary: SummaryState
}

const NEW_CASE = { step: null, ask: false, waiting: false, removal: null, ruling: null }

/** Runs of the four workflows, those of one thread one after another. */
export function createWorkflows({ threads, clock, model, log, batchRuns }: WorkflowsDeps) {
  const fallback = (workflow: string) => (code: string, reason?: string) =>
    log.warn(
      { workflow, code, reason, model: model?.name },
      'the model failed; the built-in brain did it',
    )
  const deps = (workflow: string) => ({ threads, clock, model, onFallback: fallback(workflow) })
  const summarization = createSummarizationGraph(deps('summarization'))
  const autoJoin = createAutoJoinGraph(deps('auto_join'))
  const qa = createQaGraph(deps('qa'))
  const moderation = createModerationGraph(deps('moderation'))
  const batch = createLimiter(batchRuns)

  const on = (thread: string) => ({ configurable: { thread_id: thread } })
  const serially = <T>(thread: string, run: () => Promise<T>) =>
    threads.serially(thread, () => alone(run))

  async function answering(thread: string, input: Question | null, context: QaContext) {
    await serially(thread, async () => {
      // a question is in its checkpoint before anybody is told that it was taken
      await qa.invoke(input, { ...on(thread), context: { of: context }, durability: 'sync' })
      await threads.drop(thread)
    })
  }

  const caseRun = (thread: string, context: ModerationContext) => ({
    ...on(thread),
    context: { of: context },
    durability: 'exit' as const,
  })

  /** Has the thread of an open case stand at its interrupt. Only within its lock. */
  async function stand(view: CaseView, context: ModerationContext): Promise<void> {
    const thread = threadNames.case(view.case)
    const { tasks } = await moderation.getState(on(thread))
    if (tasks.some(({ name, interrupts }) => name === 'wait' && interrupts.length > 0)) return
    await threads.drop(thread)
    const finding = findingOf(view)
    const input = { ...NEW_CASE, case: view.case, finding, step: stepOf(view), waiting: true }
    await moderation.invoke(input, caseRun(thread, context))
  }

  /** Begins the wait of an open case, unless it waits already. */
  async function waits(caseId: string, context: ModerationContext): Promise<void> {
    await serially(threadNames.case(caseId), async () => {
      const view = await context.room.caseOf(caseId)
      if (view?.status === 'open') await stand(view, context)
    })
  }

  return {
    asksModel: model !== undefined,

    async summarize(roomId: string, context: SummarizationContext): Promise<Digest | undefined> {
      const thread = threadNames.workflow(roomId, 'summarization')
      return serially(thread, () =>
        batch(async () => {
          const { upto, summary } = await summarization.invoke(
            { at: clock.now() },
            { ...on(thread), context: { of: context }, durability: 'exit' },
          )
          await threads.prune(thread)
          return summary && { upto, summary }
        }),
      )
    },

    /** The next run begins with the first turn. */
    async forgetSummary(roomId: string): Promise<void> {
      const thread = threadNames.workflow(roomId, 'summarization')
      await serially(thread, () => threads.drop(thread))
    },

    /** Where the room's summary stands. */
    async digest(roomId: string): Promise<Digest | undefined> {
      const { values } = await alone(() =>
        summarization.getState(on(threadNames.workflow(roomId, 'summarization'))),
      )
      return values.summary && { upto: values.upto, summary: values.summary }
    },

    async greet(roomId: string, context: AutoJoinContext): Promise<void> {
      const thread = threadNames.workflow(roomId, 'auto_join')
      await serially(thread, () =>
        batch(async () => {
          await autoJoin.invoke(
            { at: clock.now() },
            { ...on(thread), context: { of: context }, durability: 'exit' },
          )
          await threads.prune(thread)
        }),
      )
    },

    answer: (roomId: string, run: string, question: Question, context: QaContext) =>
      answering(threadNames.question(roomId, run), question, context),

    /** A question whose run was cut: who asked what; none when it had not been kept yet. */
    async question(roomId: string, run: string): Promise<Question | undefined> {
      const { values, next } = await alone(() => qa.getState(on(threadNames.question(roomId, run))))
      return next.length > 0 && values.question ? (values as Question) : undefined
    },

    /** Goes on where the checkpoint of a cut run stands. */
    resume: (roomId: string, run: string, context: QaContext) =>
      answering(threadNames.question(roomId, run), null, context),

    /** Answered, interrupted or given up: nothing waits for the thread any more. */
    forgetQuestion: (roomId: string, run: string) =>
      threads.drop(threadNames.question(roomId, run)),

    /** Whether something was done about the finding. Cases of one person are decided one after another. */
    async moderate(
      roomId: string,
      id: string,
      finding: Finding,
      context: ModerationContext,
    ): Promise<boolean> {
      const thread = threadNames.case(id)
      const person = `${threadNames.workflow(roomId, 'moderation')}:${finding.target}`
      const { step, waiting, removal } = await serially(thread, async () => {
        const run = caseRun(thread, context)
        const input = { ...NEW_CASE, case: id, finding }
        // what somebody said beside it, and is sure, waits for no model's opinion
        if (finding.unsure) await moderation.invoke(input, { ...run, interruptAfter: ['weigh'] })
        const done = await serially(person, () =>
          moderation.invoke(finding.unsure ? null : input, run),
        )
        if (!done.waiting) await threads.drop(thread)
        return done
      })
      if (removal) await waits(removal, context)
      return step !== null || waiting || removal !== null
    },

    waits,

    /**
     * Goes on with a case that waits: its thread takes nothing but this. Where the thread is missing, or stands
     * elsewhere after a crash, it is made anew from the case's row first.
     */
    async rule(
      view: CaseView,
      ruling: Ruling,
      context: ModerationContext & Required<Pick<ModerationContext, 'settle'>>,
    ): Promise<void> {
      const thread = threadNames.case(view.case)
      await serially(thread, async () => {
        // decided while this waited for its turn: the room says what was decided
        if ((await context.room.caseOf(view.case))?.status !== 'open') {
          await context.settle(ruling)
          return
        }
        await stand(view, context)
        await moderation.invoke(new Command({ resume: ruling }), caseRun(thread, context))
        await threads.drop(thread)
      })
    },

    /** Nothing comes of it any more. */
    async forgetCase(caseId: string): Promise<void> {
      const thread = threadNames.case(caseId)
      await serially(thread, () => threads.drop(thread))
    },

    /** A room is gone, and its open cases with it. */
    async forgetRoom(roomId: string, cases: readonly string[]): Promise<void> {
      await threads.dropRoom(roomId)
      for (const id of cases) await threads.drop(threadNames.case(id))
    },
  }
}

export type Workflows = ReturnType<typeof createWorkflows>
