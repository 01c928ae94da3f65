/** Runs what has the same key one after another, in the order of the calls. */
export function createKeyedLock() {
  const tails = new Map<string, Promise<unknown>>()

  return async function locked<T>(key: string, run: () => Promise<T>): Promise<T> {
    const before = tails.get(key)
    const mine = (before ?? Promise.resolve()).then(run, run)
    tails.set(key, mine)
    try {
      return await mine
    } finally {
      if (tails.get(key) === mine) tails.delete(key)
    }
  }
}
