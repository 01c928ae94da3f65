import { useSignal } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import { Button, EmptyState, Spinner } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { type Announcer, createAnnouncer } from '../model/announce.ts'
import type { Entry } from '../model/entry.ts'
import { announce } from '../model/tell.ts'
import { chunkOf, entriesIn, holes, lastSeq } from '../model/timeline.ts'
import { ChunkRows } from './chunk.tsx'
import { HoleRow } from './hole-row.tsx'
import { SearchBar } from './search-bar.tsx'
import { Tail } from './tail.tsx'

/** As near to the end as this counts as at the end, px. */
const END_PX = 60

/** The conversation: what was said, written and done, in order. */
export function Feed() {
  const { store, target } = useRoom()
  const query = useSignal('')
  const marked = useSignal<number | undefined>(undefined)
  const scroller = useRef<HTMLDivElement>(null)
  const atEnd = useRef(true)
  const seen = useSignal(0)
  const watch = useNearness(scroller)
  const timeline = store.timeline.value
  const rows = useRows()
  const fresh = countAfter(timeline.chunks, seen.value)

  useJumps(scroller, marked, atEnd)
  useKeepPlace(scroller, timeline.spans[0]?.from ?? 0)

  // the end is followed for as long as one has not scrolled away from it
  const follow = () => {
    const element = scroller.current
    const last = lastSeq(store.timeline.peek())
    if (seen.peek() === 0) seen.value = last
    if (element === null || !atEnd.current) return
    element.scrollTop = element.scrollHeight
    seen.value = last
  }
  useLayoutEffect(follow)
  useEffect(() => {
    const element = scroller.current
    if (element === null) return
    const grown = new ResizeObserver(follow)
    for (const one of [element, ...element.children]) grown.observe(one)
    return () => grown.disconnect()
  }, [])

  const toEnd = () => {
    atEnd.current = true
    marked.value = undefined
    follow()
  }
  const empty = rows.length === 0 && store.mode.value !== 'loading'
  return (
    <section class="talk" aria-label="Conversation">
      <h2 class="sr-only">Conversation</h2>
      <div class="talk-tools">
        <SearchBar
          query={query}
          {...(marked.value === undefined ? {} : { marked: marked.value })}
        />
        <Reader target={target.value?.seq} />
      </div>
      <section
        ref={scroller}
        class="feed"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
        tabIndex={0}
        aria-label="Transcript"
        onScroll={({ currentTarget: { scrollHeight, scrollTop, clientHeight } }) => {
          atEnd.current = scrollHeight - scrollTop - clientHeight < END_PX
          if (atEnd.current) seen.value = lastSeq(store.timeline.peek())
        }}
      >
        <div class="feed-inner">
          {store.mode.value === 'loading' && <Spinner label="Opening the room …" />}
          {empty && (
            <EmptyState icon="rooms" level={3} title="Nobody has said anything yet">
              <p>What people say or write appears here the moment it is said.</p>
            </EmptyState>
          )}
          {rows.map((row) =>
            row.hole !== undefined ? (
              <HoleRow key={`hole ${row.hole.to}`} hole={row.hole} watch={watch} />
            ) : (
              <ChunkRows
                key={row.chunk.id}
                chunk={row.chunk}
                before={row.before}
                watch={watch}
                always={row.last || chunkOf(marked.value ?? -1) === row.chunk.id}
                marked={chunkOf(marked.value ?? -1) === row.chunk.id ? marked.value : undefined}
                query={query.value}
              />
            ),
          )}
          <Tail />
        </div>
      </section>
      {fresh > 0 && !atEnd.current && (
        <Button class="to-end" kind="primary" size="small" icon="down" onClick={toEnd}>
          {fresh} new
        </Button>
      )}
    </section>
  )
}

/** Chunks and the holes between them, in order. */
function useRows() {
  const { store } = useRoom()
  const { chunks } = store.timeline.value
  const missing = holes(store.timeline.value, 0)
  return useMemo(() => {
    let before: Entry | undefined
    let next = 0
    return chunks.flatMap((chunk, i) => {
      const first = chunk.events[0]?.seq ?? 0
      const hole = missing[next]
      const isBefore = hole !== undefined && hole.to < first
      if (isBefore) next += 1
      const row = { chunk, before: isBefore ? undefined : before, last: i === chunks.length - 1 }
      before = chunk.entries.at(-1) ?? before
      return [...(isBefore ? [{ hole }] : []), { ...row, hole: undefined }]
    })
  }, [store.timeline.value])
}

function countAfter(chunks: readonly { id: number; entries: readonly Entry[] }[], seq: number) {
  if (seq === 0) return 0
  return chunks
    .filter(({ id }) => id >= chunkOf(seq))
    .flatMap(({ entries }) => entries.filter((entry) => entry.seq > seq && entry.kind !== 'blank'))
    .length
}

/** Watches which parts of the feed are near what is visible. */
function useNearness(scroller: { current: HTMLElement | null }) {
  const tools = useRef<{
    observer?: IntersectionObserver
    told: Map<Element, (on: boolean) => void>
  }>({ told: new Map() })
  useEffect(() => () => tools.current.observer?.disconnect(), [])
  return useMemo(
    () => (element: Element, near: (on: boolean) => void) => {
      const { told } = tools.current
      tools.current.observer ??= new IntersectionObserver(
        (entries) => {
          for (const { target, isIntersecting } of entries) told.get(target)?.(isIntersecting)
        },
        { root: scroller.current, rootMargin: '1200px 0px' },
      )
      const { observer } = tools.current
      told.set(element, near)
      observer.observe(element)
      return () => {
        told.delete(element)
        observer.unobserve(element)
      }
    },
    [scroller],
  )
}

/** Goes where the target is, once it is there, and marks it. */
function useJumps(
  scroller: { current: HTMLElement | null },
  marked: { value: number | undefined },
  atEnd: { current: boolean },
) {
  const { store, target } = useRoom()
  const wanted = target.value
  const ready = store.mode.value === 'live' || store.mode.value === 'record'
  useEffect(() => {
    if (wanted === undefined || !ready) return
    let over = false
    store
      .bring(wanted.seq)
      .then((shown) => {
        if (over || shown === undefined) return
        atEnd.current = false
        marked.value = shown
        requestAnimationFrame(() => {
          const row = scroller.current?.querySelector<HTMLElement>(`[data-seq="${shown}"]`)
          row?.scrollIntoView({ block: 'center' })
          row?.focus({ preventScroll: true })
        })
      })
      .catch(() => undefined)
    return () => {
      over = true
    }
  }, [wanted, ready])
}

/** When earlier turns come in above at the very top, browsers don't keep the place: we do. */
function useKeepPlace(scroller: { current: HTMLElement | null }, first: number) {
  const before = useRef({ first, height: 0 })
  useLayoutEffect(() => {
    const element = scroller.current
    if (element === null) return
    const { first: was, height } = before.current
    if (first < was && element.scrollTop < 5) element.scrollTop += element.scrollHeight - height
    before.current = { first, height: element.scrollHeight }
  })
}

/** Reads new entries to screen readers, at a pace that one can follow, until paused. */
function Reader({ target }: { target: number | undefined }) {
  const { store } = useRoom()
  const said = useSignal('')
  const paused = useSignal(false)
  const upto = useRef<number | undefined>(undefined)
  const announcer = useRef<Announcer | undefined>(undefined)
  const timeline = store.timeline.value
  const live = store.mode.value === 'live'
  useEffect(() => {
    const after = (ms: number, run: () => void) => {
      const timer = setTimeout(run, ms)
      return () => clearTimeout(timer)
    }
    announcer.current = createAnnouncer({
      say: (text) => {
        said.value = text
      },
      after,
    })
    return () => announcer.current?.stop()
  }, [])
  useEffect(() => {
    if (!live) return
    const last = lastSeq(timeline)
    const from = upto.current ?? last
    upto.current = Math.max(from, last)
    if (last <= from) return
    for (const entry of entriesIn({
      ...timeline,
      chunks: timeline.chunks.filter(({ id }) => id >= chunkOf(from)),
    })) {
      const line = entry.seq > from ? announce(entry, store.nameOf) : undefined
      if (line !== undefined) announcer.current?.add(line)
    }
  }, [timeline, live, target])
  if (!live) return null
  return (
    <>
      <div
        class="sr-only"
        role="log"
        aria-live={paused.value ? 'off' : 'polite'}
        aria-label="Newly said"
      >
        {said.value}
      </div>
      <Button
        kind="ghost"
        size="small"
        icon={paused.value ? 'play' : 'pause'}
        pressed={paused.value}
        label="Pause reading new turns to screen readers"
        onClick={() => {
          paused.value = !paused.value
          announcer.current?.pause(paused.value)
        }}
      />
    </>
  )
}
