import type { Closeness, Turn } from '../brain/index.ts'
import { chunker } from './chunks.ts'
import type { Embedder } from './embedder.ts'

/** What was said in one room by its meaning. Turns are embedded in the background, some of them at a time. */
export interface Meaning {
  add(turn: Turn): void
  /** What was said at this seq is no longer to be found. */
  forget(seq: number): void
  /** Undefined when the model did not answer in time: the words alone must do. */
  closeTo(question: string): Promise<Closeness | undefined>
  /** Resolves when all but the newest words are embedded. */
  settled(): Promise<void>
}

export interface MeaningOptions {
  /** A question waits so long for its own vector, ms. */
  deadlineMs: number
  /** Chunks that are kept; the oldest go first. Default 4,000: some 50 hours of talk in 6 MB. */
  most?: number
  /** Called once, when the model fails. */
  onFailure?(error: unknown): void
}

/** Small, so that a question waits for little: some 30 ms of work. */
const BATCH = 2

interface Embedded {
  from: number
  to: number
  vector: Float32Array
}

export function createMeaning(
  embedder: Embedder,
  { deadlineMs, most = 4_000, onFailure }: MeaningOptions,
): Meaning {
  const chunks = chunker()
  const forgotten = new Set<number>()
  /** In the order of the log. */
  let known: Embedded[] = []
  let working: Promise<void> | undefined
  let failed = false

  async function work(): Promise<void> {
    for (let batch = chunks.take(BATCH); batch.length > 0; batch = chunks.take(BATCH)) {
      const vectors = await embedder.embed(batch.map((chunk) => chunk.text))
      for (const [i, { from, to }] of batch.entries()) {
        const vector = vectors[i]
        if (vector && !holds(forgotten, from, to)) known.push({ from, to, vector })
      }
      if (known.length > most) known = known.slice(-most)
    }
  }

  function pump(): void {
    if (working || failed) return
    working = work()
      .catch(fail)
      .finally(() => {
        working = undefined
      })
  }

  function fail(error: unknown): void {
    if (!failed) onFailure?.(error)
    failed = true
    known = []
  }

  async function embedNow(question: string): Promise<Closeness> {
    // the newest words are asked about most, and wait in a chunk that is not full
    const tail = chunks.open()
    const texts = tail ? [question, tail.text] : [question]
    const [asked, newest] = await embedder.embed(texts, { urgent: true })
    if (!asked) throw new Error('the model gave no vector')
    const here = known.map(({ from, to, vector }) => ({ from, to, score: dot(asked, vector) }))
    if (tail && newest) here.push({ from: tail.from, to: tail.to, score: dot(asked, newest) })
    return (from, to) => closest(here, from, to)
  }

  return {
    add(turn) {
      if (failed) return
      chunks.add(turn)
      if (chunks.waiting > most) chunks.drop(chunks.waiting - most)
      if (chunks.waiting > 0) pump()
    },
    forget(seq) {
      // a batch that is under way may hold it still
      if (working) forgotten.add(seq)
      chunks.forget(seq)
      known = known.filter(({ from, to }) => seq < from || seq > to)
    },
    async closeTo(question) {
      if (failed) return undefined
      const found = embedNow(question).catch((error: unknown) => {
        fail(error)
        return undefined
      })
      let cancel = () => {}
      const late = new Promise<undefined>((resolve) => {
        const timer = setTimeout(() => resolve(undefined), deadlineMs)
        cancel = () => clearTimeout(timer)
      })
      return Promise.race([found, late]).finally(() => cancel())
    },
    async settled() {
      while (working) await working
    },
  }
}

function holds(seqs: ReadonlySet<number>, from: number, to: number): boolean {
  for (const seq of seqs) if (seq >= from && seq <= to) return true
  return false
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] ?? 0) * (b[i] ?? 0)
  return sum
}

/** Of windows that are equally close, the one that holds more of what is close comes first. */
const HELD = 1e-3

/** The best of the chunks that overlap a range; they are in order, so the first is found by halving. */
function closest(
  chunks: readonly { from: number; to: number; score: number }[],
  from: number,
  to: number,
): number | undefined {
  let [low, high] = [0, chunks.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((chunks[middle]?.to ?? 0) < from) low = middle + 1
    else high = middle
  }
  let best: number | undefined
  for (let i = low; i < chunks.length; i++) {
    const chunk = chunks[i]
    if (!chunk || chunk.from > to) break
    const held = Math.min(chunk.to, to) - Math.max(chunk.from, from) + 1
    const score = chunk.score + (HELD * held) / (to - from + 1)
    if (best === undefined || score > best) best = score
  }
  return best
}
