import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useCallback, useEffect, useRef } from 'preact/hooks'

export interface Fetched<T> {
  readonly value: ReadonlySignal<T | undefined>
  /** Why the last time failed; the value before it stays. */
  readonly error: ReadonlySignal<unknown>
  refresh(): void
}

/**
 * Asks, and shows what was answered last until there is another answer: again when `key` changes or
 * `refresh` is called, and with `everyMs` again and again while the page is looked at. One question at a
 * time: what comes late is not overtaken.
 */
export function useFetched<T>(
  ask: (signal: AbortSignal) => Promise<T>,
  { everyMs, key = '' }: { everyMs?: number; key?: string } = {},
): Fetched<T> {
  const value = useSignal<T | undefined>(undefined)
  const error = useSignal<unknown>(undefined)
  const asking = useRef(ask)
  asking.current = ask
  const refresh = useRef(() => {})

  useEffect(() => {
    const stop = new AbortController()
    let timer: ReturnType<typeof setTimeout> | undefined
    let busy = false
    let again = false

    const run = async () => {
      clearTimeout(timer)
      if (busy) {
        again = true
        return
      }
      busy = true
      try {
        const answer = await asking.current(stop.signal)
        if (stop.signal.aborted) return
        value.value = answer
        error.value = undefined
      } catch (problem) {
        if (stop.signal.aborted) return
        error.value = problem
      } finally {
        busy = false
      }
      if (again) {
        again = false
        void run()
      } else if (everyMs !== undefined && !document.hidden)
        timer = setTimeout(() => void run(), everyMs)
    }
    const seen = () => {
      if (everyMs !== undefined && !document.hidden) void run()
    }
    refresh.current = () => void run()
    document.addEventListener('visibilitychange', seen)
    void run()
    return () => {
      stop.abort()
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', seen)
    }
  }, [everyMs, key])

  return { value, error, refresh: useCallback(() => refresh.current(), []) }
}
