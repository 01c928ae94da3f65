import { FILLERS } from './words.ts'

const SOUNDS =
  /[{[<(](?:vocalsound|nonvocalsound|disfmarker|pause|gap|comment|laugh\w*|cough\w*|inaudible|noise|music|applause|crosstalk|silence|unintelligible)[}\])>]/gi

/** Double on purpose more often than by stumbling. */
const TWICE_IS_FINE = new Set(['had', 'that', 'very', 'bye', 'really'])

/** Short words that are words, so no stumble even when the next word starts with them. */
const SHORT_WORDS = new Set(
  `a am an and are as at be but by can do for go had has he her him his how i if in is it its me my no nor not now of off on
  one or our out per she so the to too two up us was we who why yes you all any new old see set way pre sub non co re un
  far big bad car may men use eat end day`.split(/\s+/),
)

/**
 * What was said, as one would write it down: without sounds, fillers and stumbles, punctuation in its place.
 * Words are only dropped, never changed, so the result can still stand as a quote. Linear in the text.
 */
export function cleanText(raw: string): string {
  let text = raw.replace(SOUNDS, ' ')
  // Corpora (and some recognisers) write every mark as a word of its own: "don 't , I 'm".
  const detached = /\s[,.?!;:](?:\s|$)|\w '[a-z]/.test(raw)
  if (detached) text = text.replace(/(\w)\s(['’](?:s|t|m|d|ll|re|ve|em)\b)/g, '$1$2')
  if (detached) text = text.replace(/(\w) ?- (?=\w)/g, '$1-')
  const kept: string[] = []
  for (const token of text.split(/\s+/)) {
    if (token === '') continue
    const word = bare(token)
    if (FILLERS.has(word)) {
      keepMark(kept, token)
      continue
    }
    if (word === '') {
      // A mark on its own belongs to the word before it.
      const last = kept.at(-1)
      if (/^[,.?!;:]+$/.test(token)) {
        if (last !== undefined && !/[,.?!;:]$/.test(last)) kept[kept.length - 1] = last + token
        else if (last?.endsWith(',') && /[.?!]/.test(token))
          kept[kept.length - 1] = last.slice(0, -1) + token
      } else kept.push(token)
      continue
    }
    dropStumble(kept, word, detached)
    kept.push(token)
  }
  const out = kept.join(' ').replace(/^[,;:. ]+/, '')
  return out.charAt(0).toUpperCase() + out.slice(1)
}

/** "I I I mean", "the p the price", "th that": takes what was stumbled over off the end. */
function dropStumble(kept: string[], word: string, noisy: boolean): void {
  const last = kept.at(-1)
  if (last === undefined || /[.?!]$/.test(last)) return
  const before = bare(last)
  if (before === word && !TWICE_IS_FINE.has(word) && !/^\p{N}+$/u.test(word)) {
    kept.pop()
    return
  }
  if (!noisy) return
  const fragment = before.length <= 3 && !SHORT_WORDS.has(before) && /^[a-z]+$/.test(last)
  if (fragment && (word.startsWith(before) || before.length === 1)) kept.pop()
}

/** A filler may carry the sentence's end: "and so on, um." keeps its full stop. */
function keepMark(kept: string[], token: string): void {
  const mark = /[.?!]+$/.exec(token)?.[0]
  const last = kept.at(-1)
  if (mark && last !== undefined && !/[.?!]$/.test(last))
    kept[kept.length - 1] = last.replace(/[,;:]$/, '') + mark
}

function bare(token: string): string {
  return token.toLowerCase().replace(/^[^\p{L}\p{N}]+|[^\p{L}\p{N}\p{M}]+$/gu, '')
}

/** Cuts at a word's end, with an ellipsis where something was cut. */
export function clip(text: string, chars: number): string {
  if (text.length <= chars) return text
  const cut = text.slice(0, chars - 1).replace(/[\uD800-\uDBFF]$/, '')
  const space = cut.lastIndexOf(' ')
  return `${(space > chars * 0.6 ? cut.slice(0, space) : cut).replace(/[,;:\s]+$/, '')}…`
}
