import { useSignal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Button } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import type { Span } from '../model/timeline.ts'

/** Stands for what was not fetched yet; it is fetched when it comes into view, or by the button. */
export function HoleRow({
  hole,
  watch,
}: {
  hole: Span
  watch: (element: Element, near: (on: boolean) => void) => () => void
}) {
  const { store } = useRoom()
  const place = useRef<HTMLDivElement>(null)
  const busy = useSignal(false)
  const failed = useSignal(false)

  const fetch = () => {
    if (busy.value) return
    busy.value = true
    failed.value = false
    store
      .fill(hole)
      .catch(() => {
        failed.value = true
      })
      .finally(() => {
        busy.value = false
      })
  }
  useEffect(() => {
    const element = place.current
    if (element === null) return
    return watch(element, (near) => {
      if (near && !failed.peek()) fetch()
    })
  }, [watch, hole.from, hole.to])

  const count = hole.to - hole.from + 1
  return (
    <div ref={place} class="hole">
      <Button size="small" icon="up" busy={busy.value} onClick={fetch}>
        {busy.value
          ? 'Reading …'
          : failed.value
            ? 'Not reached. Try again'
            : `${count} earlier ${count === 1 ? 'entry' : 'entries'}`}
      </Button>
    </div>
  )
}
