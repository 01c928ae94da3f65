import { useEffect, useRef } from 'preact/hooks'
import { Button, useSubmit } from '../../ui/index.ts'
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
  const { busy, problem, run } = useSubmit()
  const fetch = () => void run(() => store.fill(hole))
  useEffect(() => {
    const element = place.current
    if (element === null) return
    return watch(element, (near) => {
      if (near && problem.peek() === undefined) fetch()
    })
  }, [watch, hole.from, hole.to])

  const count = hole.to - hole.from + 1
  return (
    <div ref={place} class="hole">
      <Button size="small" icon="up" busy={busy.value} onClick={fetch}>
        {busy.value
          ? 'Reading …'
          : problem.value !== undefined
            ? 'Not reached. Try again'
            : `${count} earlier ${count === 1 ? 'entry' : 'entries'}`}
      </Button>
    </div>
  )
}
