import type { WireEvent } from '#protocol'

type Workflow = 'auto_join' | 'summarization' | 'moderation' | 'qa'

/** When each stage of an agent's run was reached, by the hub's clock, epoch ms. */
export interface RunTimes {
  run: string
  workflow: Workflow
  seq: number
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
    const { run, workflow } = event.data
    if (runs.has(run)) return runs
    return placed(runs, { run, workflow, seq: event.seq, startedAt: event.at })
  }
  if (event.type === 'talkback.delta') {
    const known = runs.get(event.data.run)
    if (known === undefined || known.firstAt !== undefined) return runs
    return placed(runs, { ...known, firstAt: event.at })
  }
  if (!('seq' in event)) return runs
  if (event.type === 'talkback.said') {
    const known = event.data.run === undefined ? undefined : runs.get(event.data.run)
    if (known === undefined || known.saidAt !== undefined) return runs
    return placed(runs, { ...known, saidAt: event.at })
  }
  if (event.type === 'run.finished') {
    const known = runs.get(event.data.run)
    if (known === undefined || known.finishedAt !== undefined) return runs
    return placed(runs, { ...known, finishedAt: event.at })
  }
  return runs
}

export interface StageTimes {
  stage: 'first word' | 'answer said' | 'run finished'
  /** What it is measured from. */
  since: string
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
    return [{ stage, since: 'run started', count: sorted.length, p50, p95, max }]
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
