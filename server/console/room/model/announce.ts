/** Reads new lines out to screen readers, not faster than people can listen. */
export interface Announcer {
  add(line: string): void
  /** While paused nothing is read, and nothing is read afterwards of what came meanwhile. */
  pause(on: boolean): void
  stop(): void
}

export interface AnnouncerDeps {
  say: (text: string) => void
  /** Runs something later; returns what cancels it. */
  after: (ms: number, run: () => void) => () => void
}

const EVERY_MS = 4_000
/** As many lines are read whole; of more it is only said how many. */
const WHOLE = 2

export function createAnnouncer({ say, after }: AnnouncerDeps): Announcer {
  let waiting: string[] = []
  let cancel: (() => void) | undefined
  let paused = false

  function flush() {
    cancel = undefined
    if (waiting.length === 0) return
    const lines = waiting
    waiting = []
    const more = lines.length - WHOLE
    say([...(more > 0 ? [`${more} more before.`] : []), ...lines.slice(-WHOLE)].join(' '))
    cancel = after(EVERY_MS, flush)
  }

  return {
    add: (line) => {
      if (paused) return
      waiting.push(line)
      if (cancel === undefined) flush()
    },
    pause: (on) => {
      paused = on
      if (on) waiting = []
    },
    stop: () => cancel?.(),
  }
}
