/** A queue that one side fills and the other reads with `for await`. */
export interface Stream<T> extends AsyncIterable<T> {
  push(item: T): void
  end(error?: Error): void
}

/**
 * A reader that falls more than `limit` items behind gets an error: better than memory that grows,
 * and than a silent gap. `closed` is called once, when the reader is done with it.
 */
export function createStream<T>(limit: number, closed: () => void): Stream<T> {
  const items: T[] = []
  let error: Error | undefined
  let ended = false
  let wake: (() => void) | undefined

  const end = (why?: Error) => {
    if (ended) return
    ended = true
    error = why
    wake?.()
  }
  return {
    push: (item) => {
      if (ended) return
      if (items.length >= limit) {
        items.length = 0
        return end(new Error(`The reader of this stream is ${limit} events behind.`))
      }
      items.push(item)
      wake?.()
    },
    end,
    async *[Symbol.asyncIterator]() {
      try {
        for (;;) {
          const item = items.shift()
          if (item !== undefined) yield item
          else if (ended) break
          else
            await new Promise<void>((resolve) => {
              wake = resolve
            })
        }
        if (error !== undefined) throw error
      } finally {
        end()
        closed()
      }
    },
  }
}
