import type { Logger } from 'pino'

/** What waits beyond this is dropped, oldest first: LiveKit takes nothing any more, and the hub's log has it all. */
const MAX_WAITING = 1_000

interface Letter {
  key: string | undefined
  send: () => Promise<void>
}

/** Sends one after another, in order. What waits under a key is replaced by what comes under the same one. */
export function createOutbox({ log }: { log: Logger }) {
  const waiting: Letter[] = []
  let sending = false
  let closed = false

  async function run(): Promise<void> {
    if (sending) return
    sending = true
    for (let next = waiting.shift(); next && !closed; next = waiting.shift())
      await next.send().catch((err) => {
        if (!closed) log.warn({ err }, 'a text did not reach a LiveKit room')
      })
    sending = false
  }

  return {
    /** @param key of what only its newest form matters */
    push(send: () => Promise<void>, key?: string): void {
      if (closed) return
      const same = key === undefined ? undefined : waiting.find((letter) => letter.key === key)
      if (same) same.send = send
      else waiting.push({ key, send })
      if (waiting.length > MAX_WAITING) {
        waiting.shift()
        log.warn(
          { waiting: waiting.length },
          'a LiveKit room takes no texts: the oldest is dropped',
        )
      }
      void run()
    },
    close() {
      closed = true
      waiting.length = 0
    },
  }
}

export type Outbox = ReturnType<typeof createOutbox>
