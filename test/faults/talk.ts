import { setTimeout as sleep } from 'node:timers/promises'
import { syntheticMeetings } from '../evals/corpus.ts'
import type { Random } from '../support/random.ts'
import type { Person } from './person.ts'

const LINES = syntheticMeetings().flatMap(({ turns }) => turns.map(({ text }) => text))

/** Lines of one person that may wait for their acks at once. */
const IN_FLIGHT = 20

export interface Talk {
  /** How many lines were answered. */
  readonly lines: number
  /** No new lines; resolves when those under way are answered. */
  stop(): Promise<void>
}

/**
 * People talk on, with pauses of up to `pauseMs`, and do not wait for the ack of one line to say the next.
 *
 * @param next numbers the lines, so that each is another
 */
export function startTalk(
  people: readonly Person[],
  pauseMs: number,
  random: Random,
  next: () => number,
): Talk {
  let stopped = false
  let lines = 0
  const all = people.map(async (person) => {
    const waiting = new Set<Promise<unknown>>()
    while (!stopped) {
      await sleep(random.between(0, pauseMs))
      const line = person.says(`${random.pick(LINES)} (${next()})`).then(() => {
        lines += 1
        waiting.delete(line)
      })
      waiting.add(line)
      if (waiting.size >= IN_FLIGHT) await Promise.race(waiting)
    }
    await Promise.all(waiting)
  })
  return {
    get lines() {
      return lines
    },
    async stop() {
      stopped = true
      await Promise.all(all)
    },
  }
}
