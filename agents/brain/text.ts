import { IRREGULAR } from './irregular.ts'
import { stem } from './stem.ts'
import { STOP_WORDS } from './words.ts'

const WORD = /[\p{L}\p{N}\p{M}]+(?:['’][\p{L}]+)*/gu
/** Scripts that write words without spaces: there, pairs of letters stand in for words. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u
const LONGEST_WORD = 40

/** Lower-case words of any language, in order. Linear in the text. */
export function words(text: string): string[] {
  const found = text.normalize('NFKC').toLowerCase().match(WORD) ?? []
  const out: string[] = []
  for (const raw of found) {
    const word = raw.replaceAll('’', "'")
    if (UNSPACED.test(word)) out.push(...letterPairs(word))
    else out.push(word.slice(0, LONGEST_WORD))
  }
  return out
}

function letterPairs(word: string): string[] {
  const letters = [...word]
  if (letters.length < 2) return letters
  return letters.slice(1).map((letter, i) => `${letters[i]}${letter}`)
}

/** What a word of two spellings has; most words have none of it, and need not be tried. */
const SPELT_TWICE = /our|is[eai]|res?$|programme/

/** British and American spellings meet in one term. */
function spelling(word: string): string {
  if (!SPELT_TWICE.test(word)) return word
  return word
    .replace(/(col|fav|behavi|hon|lab|neighb)our/, '$1or')
    .replace(/(...)is(e|ed|es|ing|ation)$/, '$1iz$2')
    .replace(/^(cent|theat|met)re(s?)$/, '$1er$2')
    .replace(/programme/, 'program')
}

/** The form under which a word is indexed and compared. */
export function term(word: string): string {
  const base = word.replace(/'(?:s|d|ll|re|ve|m)?$/, '')
  return stem(spelling(IRREGULAR.get(base) ?? base))
}

/** Content terms of a text in order: no stop words, stemmed. */
export function terms(text: string): string[] {
  return words(text)
    .filter((word) => !STOP_WORDS.has(word))
    .map(term)
    .filter((t) => t !== '' && !STOP_WORDS.has(t))
}

const ABBREVIATION =
  /(?:^|\s)(?:mr|mrs|ms|dr|prof|hon|st|vs|etc|e\.g|i\.e|no|fig|inc|ltd|[a-z])\.$/i

/** Sentences as they were said; a text without marks is one sentence. */
export function sentences(text: string): string[] {
  const out: string[] = []
  let from = 0
  for (const match of text.matchAll(/[.!?]+["'”’)\]]*(?=\s|$)|[。！？]+|\n+/g)) {
    const end = match.index + match[0].length
    const piece = text.slice(from, end)
    if (match[0] === '.' && ABBREVIATION.test(piece.slice(-8))) continue
    if (piece.trim() !== '') out.push(piece.trim())
    from = end
  }
  const rest = text.slice(from).trim()
  if (rest !== '') out.push(rest)
  return out
}
