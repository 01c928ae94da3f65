import { foldLeet, squeeze } from './fold.ts'
import { glue, ordinary, stems } from './lexicon.ts'

export interface Unmasker {
  /** Classes of a word as it stands, by the list or by a stem; empty when it is not listed. */
  classes(word: string): string
  /** Is it listed, and more than a mild word? */
  loud(word: string): boolean
  /** The listed word that a spelling hides, if any. `raw` may hold signs and digits. */
  unmask(raw: string): string | undefined
  /** Parts a listed word from one that lost its space ("justpathetic"). */
  unglue(word: string): [string, string] | undefined
}

const masks = /[*#@$%&!.^~_-]/

/** Undoes spellings that hide a listed word. Ordinary words must come through untouched. */
export function createUnmasker(lexicon: ReadonlyMap<string, string>): Unmasker {
  const squeezed = new Map<string, string>()
  const bySize = new Map<string, string[]>()
  for (const word of lexicon.keys()) {
    const short = squeeze(word, 2, 1)
    if (short.length >= 4) squeezed.set(short, word)
    if (/[SBIPFX]/.test(lexicon.get(word) ?? '')) {
      const key = `${word[0]}${word.length}`
      bySize.set(key, [...(bySize.get(key) ?? []), word])
    }
  }

  const slips = slipsOf([...lexicon.keys()], (word) => lexicon.has(word) || ordinary.has(word))
  const loud = (word: string) => /[SBIPFXVJNGDKWH]/.test(lexicon.get(word) ?? '')

  function stemClasses(word: string): string {
    if (word.length < 5 || word.length > 40 || ordinary.has(word)) return ''
    for (const [stem, classes] of stems) if (word.includes(stem)) return classes
    return ''
  }

  /** The listed word that a spelling hides, if any. `raw` may hold signs and digits. */
  function unmask(raw: string): string | undefined {
    if (raw.length > 60) return undefined
    const letters = raw.replace(/[^a-z]/g, '')
    if (letters.length >= 3 && letters.length < raw.length && loud(letters)) {
      // Signs in between: only if they part letters all over ("s.h-i.t"), or stand within the word.
      if (/^[a-z]+(?:[^a-z0-9']+[a-z]+)+$/.test(raw) && !/^[a-z]{3,}['.,/-][a-z]{2,}$/.test(raw)) {
        return letters
      }
    }
    if (/[a-z]/.test(raw) && /[0-9@$!|+]/.test(raw)) {
      const plain = foldLeet(raw).replace(/[^a-z]/g, '')
      if (plain.length >= 3 && loud(plain)) return plain
      const asL = foldLeet(raw.replace(/[1|!]/g, 'l')).replace(/[^a-z]/g, '')
      if (asL.length >= 3 && loud(asL)) return asL
      // A digit put into the word rather than for a letter: "que3r" and "bi7ch" read both ways.
      if (stemClasses(plain) !== '') return plain
    }
    if (masks.test(raw) && letters.length >= 2) {
      const candidates = bySize.get(`${raw[0]}${raw.length}`) ?? []
      if (letters.length * 2 >= raw.length || /^[fs][*#@$%!-]{3}$/.test(raw)) {
        for (const word of candidates) if (fits(raw, word)) return word
      }
    }
    if (/(.)\1/.test(letters) && letters === raw) {
      if (/(.)\1\1/.test(raw)) {
        for (const most of [1, 2]) {
          const word = squeeze(raw, 3, most)
          if (word.length >= 3 && loud(word)) return word
        }
      }
      const word = squeezed.get(squeeze(raw, 2, 1))
      if (word !== undefined && raw.length > word.length && loud(word)) return word
    }
    return slips.get(raw)
  }

  function unglue(word: string): [string, string] | undefined {
    if (word.length < 5 || word.length > 24 || ordinary.has(word)) return undefined
    for (let i = 1; i <= word.length - 2; i += 1) {
      const head = word.slice(0, i)
      const tail = word.slice(i)
      const [first, second] = [lexicon.get(head) ?? '', lexicon.get(tail) ?? '']
      const end = glue.has(tail)
      if (end && head.length >= 4 && /[SBIFN]/.test(first)) return [head, tail]
      if (end && tail.length >= 3 && head.length >= 4 && /V/.test(first)) return [head, tail]
      if (glue.has(head) && tail.length >= 4 && /[SBI]/.test(second) && head.length > 1)
        return [head, tail]
      if (glue.has(head) && head.length > 1 && tail.length >= 5 && /[DJ]/.test(second))
        return [head, tail]
      if (head === 'i' && /N/.test(second)) return [head, tail]
    }
    return undefined
  }

  return {
    classes: (word) => lexicon.get(word) ?? stemClasses(word),
    loud,
    unmask,
    unglue,
  }
}

/** Listed words with two letters swapped ("klil"). Lost letters make too many ordinary words. */
function slipsOf(listed: string[], known: (word: string) => boolean): Map<string, string> {
  const slips = new Map<string, string>()
  for (const word of listed) {
    if (!/^[a-z]{4,}$/.test(word)) continue
    for (let i = 1; i + 1 < word.length; i += 1) {
      const swapped = `${word.slice(0, i)}${word[i + 1]}${word[i]}${word.slice(i + 2)}`
      if (!known(swapped)) slips.set(swapped, word)
    }
  }
  return slips
}

function fits(masked: string, word: string): boolean {
  for (let i = 0; i < word.length; i += 1) {
    if (masked[i] !== word[i] && /[a-z0-9]/.test(masked[i] ?? '')) return false
  }
  return true
}
