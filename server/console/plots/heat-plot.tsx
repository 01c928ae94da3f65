import type { Buckets } from './buckets.ts'
import type { HeatPlot } from './heat.ts'
import { TimeAxis } from './strips.tsx'

const WIDTH = 400
const HEIGHT = 72

const SHAPES = { warn: 'M0 -5l5 9h-10z', mute: 'M-4 -4h8v8h-8z', remove: 'M-4 -4l8 8M4 -4l-8 8' }

/** Heat as a line over time, with a mark of its own shape for each thing that was done. */
export function HeatLine({ heat, buckets }: { heat: HeatPlot; buckets: Buckets }) {
  const x = (at: number) => ((at - buckets.from) / (buckets.ms * buckets.count)) * WIDTH
  const y = (value: number) => HEIGHT - 6 - value * (HEIGHT - 18)
  const points = heat.over.map(
    (value, i) => `${x(buckets.from + (i + 0.5) * buckets.ms)} ${y(value)}`,
  )
  // to both edges, so that the area under it has upright ends
  const [left, right] = [y(heat.over[0] ?? 0), y(heat.over.at(-1) ?? 0)]
  const line = [`0 ${left}`, ...points, `${WIDTH} ${right}`].join('L')
  return (
    <div class="heat-plot">
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} aria-hidden="true">
        <path class="grid" d={`M0 ${y(0)}H${WIDTH}M0 ${y(0.5)}H${WIDTH}M0 ${y(1)}H${WIDTH}`} />
        {points.length > 0 && (
          <>
            <path class="heat-area" d={`M0 ${y(0)}L${line}L${WIDTH} ${y(0)}z`} />
            <path class="heat-line" d={`M${line}`} />
          </>
        )}
        {heat.marks.map(({ at, seq, action }) => (
          <path
            key={seq}
            class={`heat-mark of-${action}`}
            transform={`translate(${x(at).toFixed(1)} 7)`}
            d={SHAPES[action]}
          />
        ))}
      </svg>
      <TimeAxis buckets={buckets} />
      {heat.marks.length > 0 && (
        <p class="legend small soft" aria-hidden="true">
          {(Object.keys(SHAPES) as (keyof typeof SHAPES)[]).map((action) => (
            <span key={action}>
              <svg viewBox="-6 -6 12 12" width="12" height="12" aria-hidden="true">
                <path class={`heat-mark of-${action}`} d={SHAPES[action]} />
              </svg>
              {action}
            </span>
          ))}
        </p>
      )}
    </div>
  )
}
