import { HubError, type RoomEventOf } from '#protocol'
import type { Joiner } from '../graphs/auto_join.ts'
import { roomAgent } from './config.ts'
import type { RoomContext } from './context.ts'
import { createJoins, type Departure } from './joins.ts'
import type { LiveRun } from './runs.ts'
import type { Summaries } from './summaries.ts'

/** Greets who comes in, and catches up who comes late. */
export function createGreetings(context: RoomContext, summaries: Summaries) {
  const { room, workflows, memory, runs, clock, ids, options, config, signal } = context
  const departures = new Map<string, Departure>()
  const running = new Set<Promise<void>>()
  /** Greetings that are being made; one that may name somebody who is erased is given up. */
  const making = new Set<{ givenUp: boolean }>()
  const joins = createJoins({
    clock,
    delayMs: options.greetingDelayMs,
    departures,
    greet(joiners) {
      const greeting = greet(joiners.filter((joiner) => room.isPresent(joiner.id)))
        .catch(context.failed('auto_join'))
        .finally(() => running.delete(greeting))
      running.add(greeting)
    },
  })

  async function greet(joiners: Joiner[]): Promise<void> {
    if (joiners.length === 0 || signal.aborted) return
    const agent = roomAgent(config('auto_join'))
    const made: LiveRun[] = []
    const current = { givenUp: false }
    making.add(current)
    try {
      await workflows.greet(room.id, {
        roomName: room.name,
        joiners,
        people: room.participants().map((p) => p.name),
        voice(to) {
          if (current.givenUp) throw new Error('somebody whom it may name is erased')
          const run = runs.create({ id: ids(), agent, to, askedBy: to })
          made.push(run)
          return run
        },
        summary: () => summaries.current(),
        turns: memory.turns,
      })
    } catch (error) {
      const unfinished = made.filter((run) => !run.over())
      const code = error instanceof HubError ? error.code : 'internal'
      await Promise.all(unfinished.map((run) => run.fail(code)))
      // interrupted greetings have their end in the log already
      if (!current.givenUp && (unfinished.length > 0 || made.length === 0)) throw error
    } finally {
      making.delete(current)
    }
  }

  return {
    joined(event: RoomEventOf<'participant.joined'>) {
      if (config('auto_join').enabled) joins.joined(event)
    },
    left: joins.left,
    forget(userId: string) {
      joins.forget(userId)
      for (const greeting of making) greeting.givenUp = true
    },
    /** Who was here before, as the log tells it. */
    remember(past: ReadonlyMap<string, Departure>) {
      for (const [userId, departure] of past) departures.set(userId, departure)
    },
    stop: joins.stop,
    settled: () => Promise.allSettled(running),
  }
}
