/** What the plot of stages spans, ms. */
const FROM = 0.01
const TO = 60_000
/** Marks on its scale, ms. */
export const TICKS = [0.1, 1, 10, 100, 1_000, 10_000]

/** Where a duration is on a logarithmic scale, 0 to 100. */
export function placeOf(ms: number): number {
  const place = (Math.log10(Math.max(ms, FROM)) - Math.log10(FROM)) / Math.log10(TO / FROM)
  return Math.min(100, place * 100)
}
