import { isUnavailable } from '#db'
import { type ErrorCode, HubError, type RoomEventOf } from '#protocol'
import type { Question } from '../graphs/qa.ts'
import { roomAgent } from './config.ts'
import type { RoomContext } from './context.ts'
import { crowdedError } from './floor.ts'
import type { LiveRun, RunOptions } from './runs.ts'
import type { Summaries } from './summaries.ts'

/** Private questions of one person that are answered at once. */
const PRIVATE_AT_ONCE = 3

/** Puts people's questions to the room's qa agent. */
export function createQuestions(context: RoomContext, summaries: Summaries) {
  const { room, workflows, memory, floor, runs, ids, config } = context
  const failed = context.failed('qa')
  const running = new Set<Promise<void>>()

  /** Lets the graph run to its end, whatever the end is. */
  function follow(run: LiveRun, answering: Promise<void>): void {
    const done = answering
      .catch(async (error: unknown) => {
        // an interrupted run has its end in the log; one that was shut down is taken up again
        if (run.over()) {
          if (!context.signal.aborted) await workflows.forgetQuestion(room.id, run.id)
          return
        }
        failed(error)
        await run.fail(codeOf(error))
        await workflows.forgetQuestion(room.id, run.id)
      })
      .catch(failed)
      .finally(() => running.delete(done))
    running.add(done)
  }

  async function answerContext(run: LiveRun) {
    return {
      voice: run,
      index: memory.index,
      meaning: memory.meaning,
      turns: memory.turns,
      summary: await summaries.current(),
    }
  }

  async function begin(options: RunOptions, question: Question): Promise<void> {
    const run = runs.create(options)
    const answering = (async () =>
      workflows.answer(room.id, run.id, question, await answerContext(run)))()
    follow(run, answering)
    // whatever ends it before it has begun is the asker's to know
    await Promise.race([run.started, answering]).catch((error: unknown) => {
      if (!isUnavailable(error)) throw error
      throw new HubError(
        'degraded',
        'The database is away, so that nothing was asked. Ask again.',
        {
          cause: error,
        },
      )
    })
  }

  function asLogged({ data, to }: RoomEventOf<'run.started'>): Question | undefined {
    const { question, asked_by: askerId } = data
    if (question === undefined || askerId === undefined) return undefined
    const askerName = room.participants().find(({ id }) => id === askerId)?.name ?? askerId
    return { question, askerId, askerName, private: to !== undefined }
  }

  return {
    /** Resolves when the run is in the log, with the question unless it is not fit to be repeated. */
    async ask(question: Question, fit: boolean, commandId?: string): Promise<string> {
      const { enabled } = config('qa')
      if (!enabled) throw new HubError('conflict', "The room's agent for questions is off.")
      const full = question.private
        ? runs.privateOf(question.askerId) >= PRIVATE_AT_ONCE
        : floor.crowded()
      if (full) throw crowdedError()
      const id = ids()
      await begin(
        {
          id,
          agent: roomAgent(config('qa')),
          to: question.private ? question.askerId : undefined,
          askedBy: question.askerId,
          question: fit ? question.question : undefined,
          commandId,
        },
        question,
      )
      return id
    },

    /** Answers what a restart cut, or says that it failed when the question was not kept. */
    async resume(started: RoomEventOf<'run.started'>): Promise<void> {
      const id = started.data.run
      const kept = await workflows.question(room.id, id)
      // The log may have the run and its thread not yet have the question.
      const question = kept ?? asLogged(started)
      const run = runs.create({
        id,
        agent: roomAgent(config('qa')),
        to: started.to,
        askedBy: question?.askerId ?? started.to,
        resumed: true,
      })
      if (!question) {
        await run.fail('internal')
        return
      }
      follow(
        run,
        answerContext(run).then((answering) =>
          kept
            ? workflows.resume(room.id, id, answering)
            : workflows.answer(room.id, id, question, answering),
        ),
      )
    },

    settled: () => Promise.allSettled(running),
  }
}

export type Questions = ReturnType<typeof createQuestions>

function codeOf(error: unknown): ErrorCode {
  if (error instanceof HubError) return error.code
  return isUnavailable(error) ? 'degraded' : 'internal'
}
