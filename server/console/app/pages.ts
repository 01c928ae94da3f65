import { type ReadonlySignal, useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Page } from '#protocol'
import { useSubmit } from '../ui/index.ts'
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

/** A list of the hub's, a page at a time; `key` begins it anew when it changes. */
export function usePages<T>(path: string, key = ''): Pages<T> {
  const { session } = useApp()
  const items = useSignal<readonly T[] | undefined>(undefined)
  const next = useSignal<string | null>(null)
  const { busy, problem, run } = useSubmit()
  const load = (cursor?: string) =>
    void run(async () => {
      const query = new URLSearchParams({
        limit: '50',
        ...(cursor === undefined ? {} : { cursor }),
      })
      const page = await session.rest<Page<T>>(`${path}?${query}`)
      items.value = cursor === undefined ? page.items : [...(items.peek() ?? []), ...page.items]
      next.value = page.next_cursor
    })
  useEffect(() => load(), [path, key])
  const cursor = next.value
  return {
    ...{ items, busy, error: problem, refresh: () => load() },
    more: cursor === null ? undefined : () => load(cursor),
  }
}
