import type { TestServer } from '../support/database-server.ts'

/** What a bench is given. */
export interface Bench {
  /** A real Postgres that commits to disk, shared by all benches of a run. */
  postgres(): Promise<TestServer>
  /** One line of progress. */
  say(line: string): void
}

/** One line of the printed table. */
export interface Row {
  what: string
  /** With unit. */
  ours: string
  /** The same measured without the hub, in the same run. */
  baseline?: string
  /** Ours over the baseline, or the difference, as the bound says it. */
  compared?: string
  /** Of DESIGN section 7, where there is one. */
  bound?: string
}

/** One file of this folder. */
export interface BenchFile {
  name: string
  run(bench: Bench): Promise<Row[]>
}

/** The value below which a share of `values` lies. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).sort()
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}

export function ms(value: number): string {
  if (value < 0.1) return `${(value * 1000).toFixed(1)} us`
  return `${value < 1 ? value.toFixed(2) : value.toFixed(1)} ms`
}

export const perSecond = (value: number) => `${Math.round(value).toLocaleString('en')}/s`

export const ratio = (ours: number, baseline: number) => `${(ours / baseline).toFixed(2)}x`

export const more = (ours: number, baseline: number) =>
  `${ours >= baseline ? '+' : '-'}${ms(Math.abs(ours - baseline))}`
