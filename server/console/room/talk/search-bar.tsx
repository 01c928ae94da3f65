import type { Signal } from '@preact/signals'
import { useSignal } from '@preact/signals'
import { useEffect, useMemo, useRef } from 'preact/hooks'
import { Button, Icon } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { nextHit, searchEntries } from '../model/search.ts'
import { entriesIn } from '../model/timeline.ts'

/** Typing is over after so long, ms. */
const TYPED_MS = 150

/** Finds words in the whole conversation, also in what was not fetched yet. */
export function SearchBar({ query, marked }: { query: Signal<string>; marked?: number }) {
  const { store, jump } = useRoom()
  const reading = useSignal(false)
  const typed = useSignal(query.value)
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const timeline = store.timeline.value
  const hits = useMemo(
    () => searchEntries(entriesIn(timeline), query.value),
    [timeline, query.value],
  )
  const now = hits.findIndex(({ seq }) => seq === marked)

  useEffect(() => () => clearTimeout(timer.current), [])

  const search = (text: string) => {
    typed.value = text
    clearTimeout(timer.current)
    timer.current = setTimeout(() => {
      query.value = text.trim()
      if (query.value === '' || reading.value) return
      reading.value = true
      store
        .fillAll()
        .catch(() => undefined)
        .finally(() => {
          reading.value = false
        })
    }, TYPED_MS)
  }
  const go = (step: 1 | -1) => {
    const hit = nextHit(hits, marked, step)
    if (hit !== undefined) jump(hit.seq)
  }
  const found =
    query.value === ''
      ? ''
      : hits.length === 0
        ? reading.value
          ? 'Reading earlier turns …'
          : 'Not found'
        : `${now < 0 ? '' : `${now + 1} of `}${hits.length} found${reading.value ? ' so far …' : ''}`
  return (
    <search class="search-bar">
      <label>
        <Icon name="search" size={16} />
        <span class="sr-only">Search the conversation</span>
        <input
          type="search"
          placeholder="Search what was said"
          value={typed.value}
          onInput={(event) => search(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Enter') {
              event.preventDefault()
              go(event.shiftKey ? -1 : 1)
            } else if (event.key === 'Escape' && typed.value !== '') search('')
          }}
        />
      </label>
      <span class="search-found" role="status">
        {found}
      </span>
      {hits.length > 0 && (
        <>
          <Button
            kind="ghost"
            size="small"
            icon="up"
            label="Previous match"
            onClick={() => go(-1)}
          />
          <Button kind="ghost" size="small" icon="down" label="Next match" onClick={() => go(1)} />
        </>
      )}
    </search>
  )
}
