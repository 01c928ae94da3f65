/** Equal stretches of time, as plots over time share them. */
export interface Buckets {
  /** Where the first begins, epoch ms. */
  from: number
  /** How long each is, ms. */
  ms: number
  count: number
}

/** Lengths that people read easily, ms. */
const STEPS = [5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 43_200, 86_400]

/** The stretches of a time span, at most `most` of them, each of a round length. */
export function bucketsOf(from: number, to: number, most = 40): Buckets {
  const span = Math.max(1, to - from)
  const fits = STEPS.find((seconds) => span / (seconds * 1000) < most)
  const ms = fits === undefined ? Math.ceil(span / most) : fits * 1000
  return { from, ms, count: Math.floor(span / ms) + 1 }
}

/** The stretch that a time falls into; undefined outside of all. */
export function bucketAt({ from, ms, count }: Buckets, at: number): number | undefined {
  const index = Math.floor((at - from) / ms)
  return index >= 0 && index < count ? index : undefined
}
