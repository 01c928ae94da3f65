import { sayDuration } from '../app/say.ts'
import type { StageTimes } from './latency.ts'

/** Each stage as a bar to its middle, a thinner one to what all but a few need, and the numbers. */
export function LatencyBars({ stages }: { stages: readonly StageTimes[] }) {
  const most = Math.max(1, ...stages.map(({ p95 }) => p95))
  return (
    <div class="latency">
      {stages.map(({ stage, p50, p95 }) => (
        <div class="strip" key={stage}>
          <span class="strip-name">{stage}</span>
          <svg viewBox="0 0 100 12" preserveAspectRatio="none" aria-hidden="true">
            <rect class="bar-rest" y="4" height="4" width={Math.max(0.6, (p95 / most) * 100)} />
            <rect class="bar" y="1" height="10" width={Math.max(0.6, (p50 / most) * 100)} />
          </svg>
          <span class="strip-told">{sayDuration(p50)}</span>
        </div>
      ))}
    </div>
  )
}
