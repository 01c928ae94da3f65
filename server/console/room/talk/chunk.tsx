import { useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Entry } from '../model/entry.ts'
import type { Chunk } from '../model/timeline.ts'
import { EntryRow } from './entry-row.tsx'

/** What an entry is taken to need before it was ever drawn, px. */
const ROW_PX = 58
/** A pause after which a speaker is named again, ms. */
const PAUSE_MS = 120_000

export interface ChunkRowsProps {
  chunk: Chunk
  /** The last entry before: it tells whether its speaker goes on. */
  before: Entry | undefined
  /** Tells when the chunk comes near what is visible, and when it leaves. */
  watch: (element: Element, near: (on: boolean) => void) => () => void
  /** Drawn wherever it is: the newest, and what is jumped to. */
  always: boolean
  marked: number | undefined
  query: string
}

/** A stretch of the conversation. Far from what is visible it is but a space of its height. */
export function ChunkRows({ chunk, before, watch, always, marked, query }: ChunkRowsProps) {
  const place = useRef<HTMLDivElement>(null)
  const height = useRef(0)
  const [near, setNear] = useState(false)
  const drawn = near || always
  useLayoutEffect(() => {
    const element = place.current
    if (element === null) return
    return watch(element, setNear)
  }, [watch])
  useLayoutEffect(() => {
    if (drawn && place.current !== null) height.current = place.current.offsetHeight
  })
  const rows = useMemo(
    () => drawn && <Rows {...{ entries: chunk.entries, before, marked, query }} />,
    [drawn, chunk.entries, before, marked, query],
  )
  const space = height.current > 0 ? height.current : chunk.entries.length * ROW_PX
  return (
    <div ref={place} class="chunk" style={drawn ? {} : { height: `${space}px` }}>
      {rows}
    </div>
  )
}

function Rows(props: {
  entries: readonly Entry[]
  before: Entry | undefined
  marked: number | undefined
  query: string
}) {
  const { entries, marked, query } = props
  if (entries.length === 0) return null
  return (
    <ol>
      {entries.map((entry, i) => (
        <EntryRow
          key={entry.seq}
          entry={entry}
          goesOn={goesOn(i === 0 ? props.before : entries[i - 1], entry)}
          marked={entry.seq === marked}
          query={query}
        />
      ))}
    </ol>
  )
}

function goesOn(before: Entry | undefined, entry: Entry): boolean {
  if (before?.kind !== 'turn' || entry.kind !== 'turn') return false
  return before.who.id === entry.who.id && entry.at - before.at < PAUSE_MS
}
