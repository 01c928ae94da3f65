/** A piece of sound and when its end was spoken, epoch ms. */
export interface Piece {
  pcm: Int16Array
  at: number
}

/** The last sound of one microphone: at 16 kHz, 20 s of it are 640 KB. */
export function createRing(keptMs: number) {
  const pieces: Piece[] = []
  return {
    push(piece: Piece): void {
      pieces.push(piece)
      const old = pieces.findIndex(({ at }) => at > piece.at - keptMs)
      if (old > 0) pieces.splice(0, old)
    },
    /** What was said since then. */
    since: (time: number): Piece[] => pieces.filter(({ at }) => at > time),
    clear: () => void pieces.splice(0),
  }
}
