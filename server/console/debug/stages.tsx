import type { Operations } from '#protocol'
import { count } from '../app/format.ts'
import { sayDuration } from '../app/say.ts'
import { placeOf, TICKS } from './scale.ts'

/** What each stage is, in words. One that is not here is shown by its name. */
const NAMES: Record<string, string> = {
  command: 'Arrival to ack',
  append: 'In the log',
  commit: 'Commit to Postgres',
  fanout: 'Fan-out to sockets',
  decision: 'Moderation decision',
  graph: 'Graph run',
  model_first_token: 'Model, first token',
  model: 'Model, whole answer',
  talkback_first_words: 'Talkback, first words',
  talkback: 'Talkback, whole',
}

/** How long each stage took: from the median to the 99th percentile as a bar, and the same in numbers. */
export function Stages({ stages }: { stages: Operations['stages'] }) {
  return (
    <section class="panel ops-section" aria-labelledby="stages">
      <header>
        <h2 id="stages">Stages</h2>
        <p class="soft small">
          The way of what is said, over the newest 1,024 times of each. The bar goes from the median
          to the 99th percentile, the mark is the longest; each line is ten times the one before.
        </p>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by the keyboard */}
      <section class="ops-scroll" aria-label="Table of stages" tabIndex={0}>
        <table class="ops-table">
          <thead>
            <tr>
              <th scope="col">Stage</th>
              <th scope="col" class="ops-plot-cell">
                <Scale />
                <span class="sr-only">Plot</span>
              </th>
              <th scope="col">Median</th>
              <th scope="col">p99</th>
              <th scope="col">Longest</th>
              <th scope="col">Times</th>
            </tr>
          </thead>
          <tbody>
            {stages.map((stage) => (
              <Row key={stage.stage} {...stage} />
            ))}
          </tbody>
        </table>
      </section>
    </section>
  )
}

function Row({ stage, count: times, p50_ms, p99_ms, max_ms }: Operations['stages'][number]) {
  const never = times === 0
  return (
    <tr class={never ? 'soft' : ''}>
      <th scope="row">{NAMES[stage] ?? stage}</th>
      <td class="ops-plot-cell">{!never && <Range {...{ p50_ms, p99_ms, max_ms }} />}</td>
      <td>{never ? '–' : sayDuration(p50_ms)}</td>
      <td>{never ? '–' : sayDuration(p99_ms)}</td>
      <td>{never ? '–' : sayDuration(max_ms)}</td>
      <td>{count(times)}</td>
    </tr>
  )
}

/** The same numbers stand beside it, so that it is hidden from screen readers. */
function Range(props: { p50_ms: number; p99_ms: number; max_ms: number }) {
  const [from, to, max] = [placeOf(props.p50_ms), placeOf(props.p99_ms), placeOf(props.max_ms)]
  return (
    <svg class="ops-range" viewBox="0 0 100 16" preserveAspectRatio="none" aria-hidden="true">
      <Ticks />
      <rect class="ops-bar" x={from} y="5" width={Math.max(0.8, to - from)} height="6" />
      <rect class="ops-max" x={Math.min(99.4, max)} y="3" width="0.6" height="10" />
    </svg>
  )
}

function Ticks() {
  return (
    <g class="ops-ticks">
      {TICKS.map((ms) => (
        <rect key={ms} x={placeOf(ms)} y="0" width="0.15" height="16" />
      ))}
    </g>
  )
}

function Scale() {
  return (
    <svg class="ops-scale" width="100%" height="16" aria-hidden="true">
      {TICKS.map((ms) => (
        <text key={ms} x={`${placeOf(ms)}%`} y="12" text-anchor="middle">
          {sayDuration(ms).replace(/^(\d+)000 ms$/, '$1 s')}
        </text>
      ))}
    </svg>
  )
}
