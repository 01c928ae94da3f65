import { sayClock } from '../app/say.ts'
import type { Buckets } from './buckets.ts'

export interface Strip {
  name: string
  /** Beside the strip, as `34 %`. */
  told: string
  over: readonly number[]
}

const HEIGHT = 28

/**
 * A strip of bars over time for each row, all on one scale. Rows stand apart and carry their names, so
 * that no colour has to tell them apart.
 */
export function Strips({ strips, buckets }: { strips: readonly Strip[]; buckets: Buckets }) {
  const most = Math.max(1e-9, ...strips.flatMap(({ over }) => over))
  return (
    <div class="strips">
      {strips.map(({ name, told, over }) => (
        <div class="strip" key={name}>
          <bdi class="strip-name" title={name}>
            {name}
          </bdi>
          <svg
            viewBox={`0 0 ${buckets.count} ${HEIGHT}`}
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <path class="bars" d={bars(over, most)} />
          </svg>
          <span class="strip-told">{told}</span>
        </div>
      ))}
      <TimeAxis buckets={buckets} />
    </div>
  )
}

function bars(over: readonly number[], most: number): string {
  return over
    .map((value, i) => {
      if (value <= 0) return ''
      const height = Math.max(2, (value / most) * HEIGHT)
      return `M${i + 0.1} ${HEIGHT}h.8v-${height.toFixed(2)}h-.8z`
    })
    .join('')
}

/** Where the plot begins, its middle and its end, as time since the beginning. */
export function TimeAxis({ buckets }: { buckets: Buckets }) {
  const whole = buckets.ms * buckets.count
  return (
    <div class="axis" aria-hidden="true">
      {[0, whole / 2, whole].map((ms) => (
        <span key={ms}>{sayClock(ms)}</span>
      ))}
    </div>
  )
}
