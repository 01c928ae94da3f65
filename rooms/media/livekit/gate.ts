/**
 * Lets so many through at once; the others wait in line. rtc-node needs it: of about 16 rooms that connect at once,
 * some fail with `handle not found`.
 */
export function createGate(width: number) {
  let inside = 0
  const line: (() => void)[] = []

  return async function pass<T>(run: () => Promise<T>): Promise<T> {
    if (inside < width) inside++
    else await new Promise<void>((resolve) => line.push(resolve))
    try {
      return await run()
    } finally {
      const next = line.shift()
      if (next) next()
      else inside--
    }
  }
}

export type Gate = ReturnType<typeof createGate>
