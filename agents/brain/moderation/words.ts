import { foldCharacters, foldLookalikes } from './fold.ts'
import { compileLexicon, ordinary } from './lexicon.ts'
import { writeOut } from './spelling.ts'
import { createUnmasker } from './unmask.ts'

/** A text as the rules and the scorer see it. */
export interface Reading {
  /** Plain words, lower case, obfuscation undone where it hides a listed word. */
  words: string[]
  /**
   * The words again, each behind the letters of its classes (`Iidiot`), with a full stop between
   * sentences. Words are lower case, so that capitals are classes and nothing else.
   */
  encoded: string
  /** `encoded` without what stands between quotation marks; the same string when there are none. */
  unquoted: string
  /** The single words of `encoded`. */
  tokens: string[]
  /** Letters of all classes that occur. */
  classes: string
}

export type Read = (text: string) => Reading

const url = /\b(?:https?:\/\/|www\.)\S+/gi
const email = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}/g
const handle = /(^|[^\w])@(\w{2,40})/g
/** A chunk that needs no care. */
const simple = /^[a-z]{2,30}$/
/** Letters of a word that are read; what is longer is no word. */
const longest = 64
const noise = /\{[a-z]{1,20}\}/g

/** Compiles the tables once; what it returns is pure. */
export function createReader(): Read {
  const lexicon = compileLexicon()
  const { classes, loud, unmask, unglue } = createUnmasker(lexicon)
  /** A word with letters that only look Latin: if it mixes scripts, or would be a listed word. */
  function latinOf(word: string): string | undefined {
    if (!/[^\0-\u007f]/.test(word)) return undefined
    const latin = foldLookalikes(word)
    return latin !== undefined && (/[a-z]/.test(word) || loud(latin)) ? latin : undefined
  }

  /** Classes of a word as it stands. A capitalised "Dick" is a name. */
  function classesOf(word: string, raw: string): string {
    if ((word === 'dick' || word === 'cock') && /^[A-Z][a-z]/.test(raw)) return ''
    return classes(word)
  }

  // What the commonest chunks resolve to: work that is the same each time. Bounded, and no part of the result.
  const resolved = new Map<string, readonly string[]>()
  function resolve(bare: string): readonly string[] {
    const before = resolved.get(bare)
    if (before !== undefined) return before
    const parts = partsOf(latinOf(bare) ?? bare)
    if (resolved.size >= 4_000) resolved.clear()
    if (bare.length <= longest) resolved.set(bare, parts)
    return parts
  }

  /** The words of one chunk of letters and signs. */
  function partsOf(plain: string): string[] {
    if (lexicon.has(plain)) return [plain]
    const hidden = ordinary.has(plain) ? undefined : unmask(plain)
    if (hidden !== undefined) return [hidden]
    return plain.split(/[^\p{L}\p{N}'@]+/u).flatMap((part) => {
      if (part === '' || part === "'") return []
      if (lexicon.has(part)) return [part]
      return unglue(part) ?? [(part === plain ? undefined : unmask(part)) ?? part]
    })
  }

  return (text) => {
    const folded = foldCharacters(text).replace(url, ' ')
    const clean = (
      folded.includes('@') ? folded.replace(email, ' ').replace(handle, '$1 @ ') : folded
    )
      .replace(noise, ' ')
      // Transcripts part clitics from their words ("you 're", "don 't").
      .replace(/(?<=\S) (?=(?:n't|'(?:re|s|t|ll|ve|m|d))\b)/gi, '')

    const tokens: string[] = []
    const quoted: boolean[] = []
    let inQuote = false
    let quotes = false

    const push = (word: string, raw: string) => {
      for (const part of writeOut(word).split(' ')) {
        if (part === '') continue
        const own = part.replace(/'s?$/, '').replace(/^'/, '').slice(0, longest)
        if (own === '') continue
        tokens.push(classesOf(own, raw) + own)
        quoted.push(inQuote)
      }
    }

    const stop = () => {
      if (tokens.length > 0 && tokens[tokens.length - 1] !== '.') {
        tokens.push('.')
        quoted.push(false)
      }
    }

    let run = ''
    const flush = () => {
      if (run.length >= 3) pushRun(run)
      else for (const letter of run) push(letter, letter)
      run = ''
    }
    /** Letters one by one: the whole is a word, or hides one ("ashemale"). */
    const pushRun = (letters: string) => {
      if (lexicon.has(letters) || letters.length > 200) return push(letters, letters)
      if (letters.startsWith('a') && loud(letters.slice(1))) {
        push('a', 'a')
        return push(letters.slice(1), '')
      }
      for (let size = Math.min(12, letters.length); size >= 4; size -= 1) {
        for (let i = 0; i + size <= letters.length; i += 1) {
          const part = letters.slice(i, i + size)
          if (!loud(part)) continue
          if (i > 0) push(letters.slice(0, i), '')
          push(part, '')
          if (i + size < letters.length) push(letters.slice(i + size), '')
          return
        }
      }
      push(letters, letters)
    }

    for (const chunk of clean.split(/\s+/)) {
      if (chunk === '') continue
      if (simple.test(chunk)) {
        flush()
        for (const part of resolve(chunk)) push(part, chunk)
        continue
      }
      const opens = chunk.startsWith('"')
      const marks = chunk.includes('"') ? chunk.split('"').length - 1 : 0
      if (marks > 0) quotes = true
      if (opens) inQuote = !inQuote
      const lower = chunk.toLowerCase()
      const bare = trim(lower)

      if (/^[a-z]$/.test(bare)) {
        run += bare
        if (run.length > 200) flush()
      } else {
        flush()
        if (bare !== '') {
          for (const part of resolve(bare)) push(part, chunk)
        }
      }
      if (marks - (opens ? 1 : 0) > 0 && (marks - (opens ? 1 : 0)) % 2 === 1) inQuote = !inQuote
      if (/[.!?;:]["')\]]*$/.test(chunk) && (bare.length > 1 || bare === '')) {
        flush()
        stop()
      }
    }
    flush()
    stop()
    join(tokens, quoted)
    nameGroups(tokens)

    const encoded = ` ${tokens.join(' ')} `
    const unquoted = quotes ? ` ${tokens.filter((_, i) => !quoted[i]).join(' ')} ` : encoded
    return {
      words: tokens.filter((token) => token !== '.').map((token) => token.replace(/^[A-Z]+/, '')),
      tokens,
      encoded,
      unquoted,
      classes: [...new Set(encoded.match(/[A-Z]/g))].sort().join(''),
    }
  }

  /** Joins two fragments of a listed word where one of them is no word at all ("fu ck"). */
  function join(tokens: string[], quoted: boolean[]): void {
    let to = 0
    for (let from = 0; from < tokens.length; from += 1) {
      const joined = joinable(tokens[from] ?? '', tokens[from + 1] ?? '')
      tokens[to] = joined ?? tokens[from] ?? ''
      quoted[to] = quoted[from] ?? false
      to += 1
      if (joined !== undefined) from += 1
    }
    tokens.length = to
    quoted.length = to
  }

  function joinable(a: string, b: string): string | undefined {
    if (a.length + b.length < 4 || a.length > 8 || b.length > 8) return undefined
    if (/[^a-z]/.test(a) || /[^a-z]/.test(b) || a === 's' || b === 's' || b === '') return undefined
    if (/[aeiouy]/.test(a) && /[aeiouy]/.test(b)) return undefined
    const listed = lexicon.get(a + b) ?? ''
    return /[SBIF]/.test(listed) ? listed + a + b : undefined
  }
}

/** Takes signs off both ends. By hand, since a regular expression for it is quadratic. */
function trim(chunk: string): string {
  let from = 0
  let to = chunk.length
  while (from < to && !start.test(chunk.charAt(from))) from += 1
  while (to > from && !end.test(chunk.charAt(to - 1))) to -= 1
  return chunk.slice(from, to)
}
const start = /[\p{L}\p{N}@$\ud800-\udfff]/u
const end = /[\p{L}\p{N}$*#@%\ud800-\udfff]/u

/** "Black people" and "a black" name a group, "a black car" does not. */
function nameGroups(tokens: string[]): void {
  for (let i = 0; i < tokens.length; i += 1) {
    const token = tokens[i] ?? ''
    if (!/^[A-Z]*H/.test(token)) continue
    const next = tokens[i + 1] ?? '.'
    const last = next === '.' && /^(?:[A-Z]*[JKIDPF]|an?$|one$)/.test(tokens[i - 1] ?? '')
    if (last || /^[A-Z]*[OHG]/.test(next)) tokens[i] = `G${token}`
  }
}
