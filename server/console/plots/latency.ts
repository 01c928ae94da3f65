import type { WireEvent } from '#protocol'

/** When each stage of an agent's run was reached, by the hub's clock, epoch ms. */
interface RunTimes {
  run: string
  startedAt: number
  /** The first words as they streamed: only for runs that were watched live. */
  firstAt?: number
  saidAt?: number
  finishedAt?: number
}

export type Runs = ReadonlyMap<string, RunTimes>

/** Runs that are kept: the newest. */
const KEEP = 2_000

/** Folds an event into the runs. Gives the same map when it says nothing of a run. */
export function observeRun(runs: Runs, event: WireEvent): Runs {
  if (event.type === 'run.started' && 'seq' in event) {
    const { run } = event.data
    return runs.has(run) ? runs : placed(runs, { run, startedAt: event.at })
  }
  // what is pending comes again once it is committed
  if ('pending' in event) return runs
  switch (event.type) {
    case 'talkback.delta':
      return reached('firstAt', event.data.run)
    case 'talkback.said':
      return reached('saidAt', event.data.run)
    case 'run.finished':
      return reached('finishedAt', event.data.run)
    default:
      return runs
  }

  function reached(stage: 'firstAt' | 'saidAt' | 'finishedAt', run: string | undefined): Runs {
    const known = run === undefined ? undefined : runs.get(run)
    if (known === undefined || known[stage] !== undefined) return runs
    return placed(runs, { ...known, [stage]: event.at })
  }
}

export interface StageTimes {
  stage: 'first word' | 'answer said' | 'run finished'
  count: number
  p50: number
  p95: number
  max: number
}

/** How long each stage took, ms, over all runs that reached it. Stages that none reached are left out. */
export function stageTimes(runs: Runs): StageTimes[] {
  const all = [...runs.values()]
  const spans = {
    'first word': all.flatMap(({ startedAt, firstAt }) => span(startedAt, firstAt)),
    'answer said': all.flatMap(({ startedAt, saidAt }) => span(startedAt, saidAt)),
    'run finished': all.flatMap(({ startedAt, finishedAt }) => span(startedAt, finishedAt)),
  }
  return (Object.keys(spans) as StageTimes['stage'][]).flatMap((stage) => {
    const sorted = spans[stage].sort((a, b) => a - b)
    if (sorted.length === 0) return []
    const [p50, p95, max] = [quantile(sorted, 0.5), quantile(sorted, 0.95), sorted.at(-1) ?? 0]
    return [{ stage, count: sorted.length, p50, p95, max }]
  })
}

/** Of an ascending list, by nearest rank. */
export function quantile(sorted: readonly number[], q: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * q) - 1)] ?? 0
}

function span(from: number, to: number | undefined): number[] {
  return to === undefined ? [] : [Math.max(0, to - from)]
}

function placed(runs: Runs, one: RunTimes): Runs {
  const next = new Map(runs).set(one.run, one)
  const [oldest] = next.keys()
  if (next.size > KEEP && oldest !== undefined) next.delete(oldest)
  return next
}
