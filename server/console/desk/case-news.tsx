import { useSignal, useSignalEffect } from '@preact/signals'
import { useRef } from 'preact/hooks'
import { sayNews, waiting } from './cases.ts'
import type { Desk } from './store.ts'

/** Tells screen readers of cases that begin to wait, wherever in the console one is. */
export function CaseNews({ desk }: { desk: Desk }) {
  const said = useSignal('')
  const known = useRef<ReadonlySet<string> | undefined>(undefined)
  const told = useRef<readonly string[]>([])
  useSignalEffect(() => {
    const open = waiting(desk.cases.value)
    const before = known.current
    // what waits at the beginning is on the page: it is no news
    known.current = desk.ready.value ? new Set(open.map((one) => one.case)) : undefined
    if (before === undefined || known.current === undefined) return
    const fresh = open.filter((one) => !before.has(one.case))
    if (fresh.length > 0) {
      told.current = fresh.map((one) => one.case)
      said.value = sayNews(fresh, open.length)
    } else if (told.current.some((id) => !known.current?.has(id))) {
      // it is no news any more; and of who is erased no name stays
      told.current = []
      said.value = ''
    }
  })
  return (
    <p class="sr-only" role="status">
      {said.value}
    </p>
  )
}
