import type { ReadonlySignal } from '@preact/signals'
import './level.css'

/** How loud something is at this moment, 0 to 1. It moves by itself: what is around it is not drawn anew. */
export function Level({ of, label }: { of: ReadonlySignal<number>; label: string }) {
  const level = Math.round(of.value * 100) / 100
  return (
    // browsers draw their own meters in ways of their own
    // biome-ignore lint/a11y/useSemanticElements: see above
    <span
      class="level"
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={1}
      aria-valuenow={level}
    >
      <span style={{ scale: `${level} 1` }} />
    </span>
  )
}
