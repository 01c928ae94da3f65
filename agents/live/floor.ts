import { HubError } from '#protocol'
import type { Priority } from '../graphs/voice.ts'

const RANK: Record<Priority, number> = { greeting: 0, answer: 1 }
/** How many may wait for the floor. */
const WAITING = 8

interface Waiting {
  priority: Priority
  grant: (release: () => void) => void
  refuse: (error: unknown) => void
}

export interface FloorRequest {
  priority: Priority
  /** What one person alone hears does not wait, and keeps nobody waiting. */
  private: boolean
  signal: AbortSignal
}

/**
 * Who may speak when in a room: one public talkback at a time, answers before greetings, each in the order in which it
 * came. What is told to one person in private, and so every notice of moderation, never waits.
 */
export function createFloor() {
  const waiting: Waiting[] = []
  let taken = false

  function handOn() {
    const best = waiting.reduce<Waiting | undefined>(
      (first, next) => (first && RANK[first.priority] >= RANK[next.priority] ? first : next),
      undefined,
    )
    if (!best) {
      taken = false
      return
    }
    waiting.splice(waiting.indexOf(best), 1)
    best.grant(once(handOn))
  }

  /** When too many wait, the youngest greeting makes room for an answer. */
  function makeRoom(priority: Priority): boolean {
    if (waiting.length < WAITING) return true
    const greeting = waiting.findLast((w) => RANK[w.priority] < RANK[priority])
    if (!greeting) return false
    waiting.splice(waiting.indexOf(greeting), 1)
    greeting.refuse(crowdedError())
    return true
  }

  return {
    /** Whether an answer that comes now would be refused. */
    crowded: () => waiting.filter((w) => w.priority === 'answer').length >= WAITING,

    /** Resolves with what gives the floor back. Rejects when the signal ends first, or when too many wait. */
    take({ priority, private: alone, signal }: FloorRequest): Promise<() => void> {
      if (signal.aborted) return Promise.reject(signal.reason)
      if (alone) return Promise.resolve(() => {})
      if (!taken) {
        taken = true
        return Promise.resolve(once(handOn))
      }
      if (!makeRoom(priority)) return Promise.reject(crowdedError())
      return new Promise((resolve, reject) => {
        const quit = () => {
          waiting.splice(waiting.indexOf(mine), 1)
          reject(signal.reason)
        }
        const mine: Waiting = {
          priority,
          grant(release) {
            signal.removeEventListener('abort', quit)
            resolve(release)
          },
          refuse(error) {
            signal.removeEventListener('abort', quit)
            reject(error)
          },
        }
        waiting.push(mine)
        signal.addEventListener('abort', quit, { once: true })
      })
    },
  }
}

export type Floor = ReturnType<typeof createFloor>

export function crowdedError(): HubError {
  return new HubError('rate_limited', 'Too many questions wait for an answer in this room.', {
    details: { retry_in_ms: 5_000 },
  })
}

function once(run: () => void): () => void {
  let done = false
  return () => {
    if (done) return
    done = true
    run()
  }
}
