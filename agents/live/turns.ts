import type { Clock } from '#rooms'

/**
 * Somebody who speaks so long while an agent does is not agreeing but talking, ms: 400 of voice, with what the
 * end of a shorter word takes to be told.
 */
const BARGE_IN_MS = 450
/** An agent begins once nobody has spoken for so long, ms. */
const PAUSE_MS = 300
/** It does not wait longer for a pause, ms: then it says nothing aloud. */
const PATIENCE_MS = 6_000

export interface TurnsDeps {
  clock: Clock
  /** Whether this person is heard here. */
  mayInterrupt(userId: string): boolean
  /** The decision: somebody talks while an agent does. */
  onBargeIn(userId: string): void
}

/** Who speaks in a room: agents wait for a pause, and stop when somebody talks. */
export function createTurns({ clock, mayInterrupt, onBargeIn }: TurnsDeps) {
  /** Who speaks, with what ends the wait for their being meant. */
  const people = new Map<string, () => void>()
  const waiting = new Set<() => void>()
  let voices = 0
  let endPause = () => {}
  let paused = true

  function weigh(userId: string): () => void {
    if (voices === 0) return () => {}
    return clock.after(BARGE_IN_MS, () => {
      if (voices > 0 && mayInterrupt(userId)) onBargeIn(userId)
    })
  }

  function quiet(): void {
    endPause()
    endPause = clock.after(PAUSE_MS, () => {
      paused = true
      for (const go of [...waiting]) go()
    })
  }

  function end(userId: string): void {
    const cancel = people.get(userId)
    if (!cancel) return
    cancel()
    people.delete(userId)
    if (people.size === 0) quiet()
  }

  return {
    speaking(userId: string, on: boolean): void {
      if (!on) end(userId)
      else if (!people.has(userId)) {
        endPause()
        paused = false
        people.set(userId, weigh(userId))
      }
    },

    /** A person is here no more, or heard no more. */
    gone: end,

    /** Resolves once there is a pause: with false when none came, or the signal ended. */
    pause(signal: AbortSignal): Promise<boolean> {
      if (paused || signal.aborted) return Promise.resolve(paused && !signal.aborted)
      return new Promise((resolve) => {
        const done = (result: boolean) => {
          cancel()
          waiting.delete(go)
          signal.removeEventListener('abort', quit)
          resolve(result)
        }
        const go = () => done(true)
        const quit = () => done(false)
        const cancel = clock.after(PATIENCE_MS, quit)
        waiting.add(go)
        signal.addEventListener('abort', quit, { once: true })
      })
    },

    /** An agent is heard from now on; returns what says that it is over. */
    voiced(): () => void {
      voices += 1
      for (const [userId, cancel] of people) {
        cancel()
        people.set(userId, weigh(userId))
      }
      let over = false
      return () => {
        if (over) return
        over = true
        voices -= 1
        if (voices > 0) return
        for (const [userId, cancel] of people) {
          cancel()
          people.set(userId, () => {})
        }
      }
    },

    stop(): void {
      endPause()
      for (const cancel of people.values()) cancel()
      people.clear()
    },
  }
}

export type Turns = ReturnType<typeof createTurns>
