import type { Said } from './voice.ts'

const MARKER = /\s*\[\s*(\d+(?:\s*[,;]\s*\d+)*)\s*\]/gu
/** A marker that may still be under way at the end of a stream. */
const OPEN_MARKER = /\s*\[[\d,;\s]*$/u
export const NOT_FROM_TRANSCRIPT = '(This is not from the transcript.)'

/** A model's text as it may be shown while it streams: without markers, and without half of one. */
export function withoutMarkers(text: string): string {
  return text.replace(MARKER, '').replace(OPEN_MARKER, '').trim()
}

/**
 * A model's whole text with its `[seq]` markers turned into citations. One that names no turn of the room is dropped;
 * when none is left, the text says that it is not from the transcript.
 */
export function cited(text: string, exists: (seq: number) => boolean): Said {
  const citations = new Set<number>()
  for (const [, numbers = ''] of text.matchAll(MARKER))
    for (const seq of numbers.split(/[,;]/u).map(Number)) if (exists(seq)) citations.add(seq)
  const plain = text.replace(MARKER, '').trim()
  return citations.size > 0
    ? { text: plain, citations: [...citations].sort((a, b) => a - b) }
    : { text: `${plain} ${NOT_FROM_TRANSCRIPT}`.trim() }
}
