import type { Evidence } from './evidence.ts'
import type { Said } from './voice.ts'

const MARKER = /\s*\[\s*(\d+(?:\s*[,;]\s*\d+)*)\s*\]/gu
/** A marker that may still be under way at the end of a stream. */
const OPEN_MARKER = /\s*\[[\d,;\s]*$/u
export const NO_SOURCE = '(No source in the transcript.)'

/** A model's text as it may be shown while it streams: without markers, and without half of one. */
export function withoutMarkers(text: string): string {
  return text.replace(MARKER, '').replace(OPEN_MARKER, '').trim()
}

/**
 * A model's whole text with its `[seq]` markers turned into citations. One that names no turn that the model was shown, or
 * one that speaks of something else, is dropped; when none is left, the text says that it has no source.
 */
export function cited(text: string, evidence: Pick<Evidence, 'supports'>, asked?: string): Said {
  const citations = new Set<number>()
  let from = 0
  let statement = ''
  for (const match of text.matchAll(MARKER)) {
    // markers in a row are all of the statement before the first
    const said = text.slice(from, match.index)
    if (/[\p{L}\p{N}]/u.test(said)) statement = said
    from = match.index + match[0].length
    for (const seq of (match[1] ?? '').split(/[,;]/u).map(Number))
      if (evidence.supports(seq, statement, asked)) citations.add(seq)
  }
  const plain = text.replace(MARKER, '').trim()
  return citations.size > 0
    ? { text: plain, citations: [...citations].sort((a, b) => a - b) }
    : { text: `${plain} ${NO_SOURCE}`.trim() }
}
