/** Random numbers that a seed repeats. */
export interface Random {
  readonly seed: number
  /** From `min` up to and with `max`, whole. */
  between(min: number, max: number): number
  pick<T>(items: readonly T[]): T
}

/** By default another seed each time; `SEED` in the environment repeats a run. */
export function seededRandom(seed = Number(process.env.SEED ?? Date.now() % 2 ** 31)): Random {
  let state = seed >>> 0
  // mulberry32
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    seed,
    between,
    pick<T>(items: readonly T[]): T {
      const item = items[between(0, items.length - 1)]
      if (item === undefined) throw new Error('nothing to pick from')
      return item
    },
  }
}
