import type { ComponentChildren } from 'preact'
import { useRef } from 'preact/hooks'
import { Waiting } from '../ui/index.ts'

export interface Tab<Id extends string> {
  id: Id
  label: string
  /** How many things wait there. */
  waiting?: number
}

/** Tabs by the pattern that screen readers know: arrows move, and the panel follows. */
export function Tabs<Id extends string>(props: {
  label: string
  tabs: readonly Tab<Id>[]
  current: Id
  select: (id: Id) => void
  children: ComponentChildren
}) {
  const { tabs, current, select } = props
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const at = tabs.findIndex(({ id }) => id === current)
    const steps: Record<string, number> = {
      ArrowRight: at + 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: tabs.length - 1,
    }
    const to = steps[event.key]
    const next = to === undefined ? undefined : tabs[(to + tabs.length) % tabs.length]
    if (next === undefined) return
    event.preventDefault()
    select(next.id)
    list.current?.querySelector<HTMLElement>(`#tab-${next.id}`)?.focus()
  }
  return (
    <>
      <div ref={list} class="tabs" role="tablist" aria-label={props.label} onKeyDown={move}>
        {tabs.map(({ id, label, waiting = 0 }) => (
          <button
            key={id}
            type="button"
            role="tab"
            id={`tab-${id}`}
            aria-selected={id === current}
            aria-controls="room-panel"
            tabIndex={id === current ? 0 : -1}
            onClick={() => select(id)}
          >
            {label}
            <Waiting count={waiting} />
          </button>
        ))}
      </div>
      <div
        // another panel begins at its top
        key={current}
        id="room-panel"
        class="panel-body"
        role="tabpanel"
        aria-labelledby={`tab-${current}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a panel that scrolls is reachable by keyboard
        tabIndex={0}
      >
        {props.children}
      </div>
    </>
  )
}
