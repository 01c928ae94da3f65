import type { Clock } from '#rooms'

/** Sends the newest text, at most every `everyMs`; what comes between is skipped, since each holds the whole. */
export function createDeltas(clock: Clock, everyMs: number, send: (text: string) => void) {
  let shown = ''
  let pending: string | undefined
  let sentAt = Number.NEGATIVE_INFINITY
  let cancel: (() => void) | undefined

  function flush() {
    cancel?.()
    cancel = undefined
    if (pending === undefined) return
    shown = pending
    pending = undefined
    sentAt = clock.now()
    send(shown)
  }

  return {
    /** What readers have been shown. */
    shown: () => shown,
    show(text: string, atOnce = false) {
      if (text === '' || text === (pending ?? shown)) return
      pending = text
      const wait = sentAt + everyMs - clock.now()
      if (atOnce || wait <= 0) flush()
      else cancel ??= clock.after(wait, flush)
    },
    /** What is not sent yet is dropped: the whole follows. */
    end() {
      cancel?.()
      cancel = undefined
      pending = undefined
    },
  }
}
