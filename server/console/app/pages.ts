import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import type { Page } from '#protocol'
import { useApp } from './context.ts'

export interface Pages<T> {
  /** All that was fetched so far; undefined before the first answer. */
  readonly items: ReadonlySignal<readonly T[] | undefined>
  readonly error: ReadonlySignal<unknown>
  readonly busy: ReadonlySignal<boolean>
  /** Fetches the next page; undefined where there is none. */
  more: (() => void) | undefined
  /** Begins again with the first page. */
  refresh(): void
}

/**
 * A list of the hub's, a page at a time, which begins anew when `path` or `key` changes: what was there stays until
 * there is an answer, and what is under way for the old one comes too late.
 */
export function usePages<T>(path: string, key = ''): Pages<T> {
  const { session } = useApp()
  const items = useSignal<readonly T[] | undefined>(undefined)
  const next = useSignal<string | null>(null)
  const error = useSignal<unknown>(undefined)
  const busy = useSignal(false)
  const asking = useRef<AbortController | undefined>(undefined)

  async function load(cursor?: string) {
    asking.current?.abort()
    asking.current = new AbortController()
    const { signal } = asking.current
    const query = new URLSearchParams({ limit: '50', ...(cursor === undefined ? {} : { cursor }) })
    busy.value = true
    error.value = undefined
    try {
      const page = await session.rest<Page<T>>(`${path}${path.includes('?') ? '&' : '?'}${query}`, {
        signal,
      })
      if (signal.aborted) return
      items.value = cursor === undefined ? page.items : [...(items.peek() ?? []), ...page.items]
      next.value = page.next_cursor
    } catch (problem) {
      if (!signal.aborted) error.value = problem
    } finally {
      if (!signal.aborted) busy.value = false
    }
  }

  useEffect(() => {
    void load()
    return () => asking.current?.abort()
  }, [path, key])
  const cursor = next.value
  return {
    ...{ items, busy, error, refresh: () => void load() },
    more: cursor === null ? undefined : () => void load(cursor),
  }
}
