import type { Turn } from '../brain/index.ts'

/** Consecutive words that are embedded together. */
export interface Chunk {
  /** Seqs of the first and the last turn in it. */
  from: number
  to: number
  text: string
}

/** Words that make a chunk full, and words of one turn in a chunk at most: the model reads some 190 at once. */
const FULL = 120
const LONGEST_PIECE = 180

/** Cuts turns into chunks of about one minute of talk. Who speaks is left out: names say nothing of the topic. */
export function chunker() {
  let full: Chunk[] = []
  let open: (Chunk & { words: number }) | undefined

  return {
    add({ seq, text }: Turn): void {
      const words = text.split(/\s+/u).filter((word) => word !== '')
      for (let at = 0; at < words.length; at += LONGEST_PIECE) {
        const piece = words.slice(at, at + LONGEST_PIECE)
        open ??= { from: seq, to: seq, text: '', words: 0 }
        open.to = seq
        open.text = open.text === '' ? piece.join(' ') : `${open.text}\n${piece.join(' ')}`
        open.words += piece.length
        if (open.words < FULL) continue
        full.push(open)
        open = undefined
      }
    },
    /** Full chunks that nobody has taken. */
    get waiting(): number {
      return full.length
    },
    /** The oldest of them, at most so many. */
    take: (most: number): Chunk[] => full.splice(0, most),
    drop(count: number): void {
      full.splice(0, count)
    },
    /** The newest words, which do not make a chunk yet. */
    open: (): Chunk | undefined => open && { from: open.from, to: open.to, text: open.text },
    /** Forgets what holds a turn. */
    forget(seq: number): void {
      full = full.filter(({ from, to }) => seq < from || seq > to)
      if (open && seq >= open.from && seq <= open.to) open = undefined
    },
  }
}
