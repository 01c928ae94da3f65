import { useSignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import { sayClock, sayDuration } from '../../app/say.ts'
import { bucketsOf } from '../../plots/buckets.ts'
import { Figure } from '../../plots/figure.tsx'
import { heatOverTime } from '../../plots/heat.ts'
import { HeatLine } from '../../plots/heat-plot.tsx'
import { stageTimes } from '../../plots/latency.ts'
import { LatencyBars } from '../../plots/latency-plot.tsx'
import { eventRates } from '../../plots/rate.ts'
import { speakerShares } from '../../plots/speakers.ts'
import { Strips } from '../../plots/strips.tsx'
import { EmptyState } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { eventsOf } from '../model/timeline.ts'
import { SeqLink } from '../seq-links.tsx'

/** Plots are drawn anew this often at most, ms: they are looked at, not followed. */
const EVERY_MS = 2_000

/** The meeting at a glance: who spoke how much, how heated it was, how fast the agents were. */
export function InsightsPanel() {
  const { store } = useRoom()
  const reading = useSignal(true)
  useEffect(() => {
    store
      .fillAll()
      .catch(() => undefined)
      .finally(() => {
        reading.value = false
      })
  }, [store])
  const timeline = useEvery(store.timeline.value, EVERY_MS)
  const events = useMemo(() => eventsOf(timeline), [timeline])
  const first = events[0]
  const last = events.at(-1)
  const shown = useMemo(() => {
    const buckets = bucketsOf(first?.at ?? 0, last?.at ?? 0)
    return {
      buckets,
      speakers: speakerShares(events, buckets),
      heat: heatOverTime(events, buckets),
      rates: eventRates(events, buckets),
    }
  }, [events])
  const stages = stageTimes(store.runs.value)
  if (first === undefined || last === undefined)
    return (
      <EmptyState icon="clock" level={3} title="Nothing to plot yet">
        <p>Plots appear once something has been said.</p>
      </EmptyState>
    )
  const { buckets, speakers, heat, rates } = shown
  const loudest = speakers[0]
  const total = rates.reduce((sum, one) => sum + one.total, 0)
  const minutes = Math.max(1, (last.at - first.at) / 60_000)
  return (
    <div class="insights" aria-busy={reading.value}>
      <Figure
        title="Who spoke"
        says={
          loudest === undefined
            ? 'Nobody has spoken yet.'
            : `${loudest.name} spoke most: ${percent(loudest.share)} of all words.`
        }
        head={['Who', 'Turns', 'Words', 'Share']}
        rows={speakers.map((one) => [one.name, one.turns, one.words, percent(one.share)])}
      >
        <Strips
          buckets={buckets}
          strips={speakers.map(({ name, share, over }) => ({ name, told: percent(share), over }))}
        />
      </Figure>
      <Figure
        title="Heat"
        says={
          heat.peak === 0
            ? 'Calm: moderation found nothing.'
            : `At its highest ${percent(heat.peak)}; moderation acted ${heat.marks.length === 1 ? 'once' : `${heat.marks.length} times`}.`
        }
        head={['When', 'Done', 'To']}
        rows={heat.marks.map(({ at, action, target }) => [
          sayClock(at - first.at),
          action,
          store.nameOf(target),
        ])}
      >
        <HeatLine heat={heat} buckets={buckets} />
        {heat.marks.length > 0 && (
          <p class="cites">
            {heat.marks.slice(-6).map(({ at, seq, action, target }) => (
              <SeqLink
                key={seq}
                seq={seq}
                label={`${sayClock(at - first.at)} ${action} ${store.nameOf(target)}`}
              >
                {sayClock(at - first.at)} {action}
              </SeqLink>
            ))}
          </p>
        )}
      </Figure>
      <Figure
        title="How fast the agents are"
        says={
          stages.length === 0
            ? 'No agent has run yet.'
            : 'From a run’s start. The thick bar is the middle of all runs, the thin one reaches to 95 in 100.'
        }
        head={['Stage', 'Runs', 'Middle', '95 in 100', 'Longest']}
        rows={stages.map(({ stage, count, p50, p95, max }) => [
          stage,
          count,
          sayDuration(p50),
          sayDuration(p95),
          sayDuration(max),
        ])}
      >
        <LatencyBars stages={stages} />
      </Figure>
      <Figure
        title="Events a minute"
        says={`${total} events, ${(total / minutes).toFixed(1)} a minute on average.`}
        head={['About', 'Events', 'A minute, at most']}
        rows={rates.map(({ family, total: n, over }) => [family, n, Math.max(...over).toFixed(1)])}
      >
        <Strips
          buckets={buckets}
          strips={rates.map(({ family, total: n, over }) => ({ name: family, told: `${n}`, over }))}
        />
      </Figure>
    </div>
  )
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

/** A value that changes often, taken over every now and then; the last one always comes. */
function useEvery<T>(value: T, ms: number): T {
  const shown = useSignal(value)
  const last = useSignal({ at: 0 })
  useEffect(() => {
    const wait = Math.max(0, last.peek().at + ms - Date.now())
    const timer = setTimeout(() => {
      last.value = { at: Date.now() }
      shown.value = value
    }, wait)
    return () => clearTimeout(timer)
  }, [value])
  return shown.value
}
