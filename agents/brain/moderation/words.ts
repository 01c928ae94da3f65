import { foldCharacters, foldLeet, foldLookalikes, squeeze } from './fold.ts'
import { compileLexicon, glue, ordinary, stems } from './lexicon.ts'

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
const noise = /\{[a-z]{1,20}\}/g
const masks = /[*#@$%&!.^~_-]/

const clitics: ReadonlyArray<readonly [RegExp, string]> = [
  [/^can't$/, 'can not'],
  [/^won't$/, 'will not'],
  [/n't$/, ' not'],
  [/'re$/, ' are'],
  [/'ll$/, ' will'],
  [/'ve$/, ' have'],
  [/^i'm$/, 'i am'],
  [/^(he|she|it|that|what|there|who)'s$/, '$1 is'],
  [/'d$/, ' would'],
]
const spellings = new Map(
  Object.entries({
    u: 'you',
    ya: 'you',
    yall: 'you all',
    "y'all": 'you all',
    youre: 'you are',
    ur: 'you are',
    r: 'are',
    im: 'i am',
    ima: 'i am going to',
    imma: 'i am going to',
    gonna: 'going to',
    wanna: 'want to',
    gotta: 'have to',
    theyre: 'they are',
    dont: 'do not',
    cant: 'can not',
    wont: 'will not',
    isnt: 'is not',
    arent: 'are not',
    hes: 'he is',
    shes: 'she is',
    thats: 'that is',
    cannot: 'can not',
    kys: 'kill yourself',
    foh: 'fuck off',
    kkk: 'kkk',
  }),
)

/** Compiles the tables once; what it returns is pure. */
export function createReader(): Read {
  const lexicon = compileLexicon()
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

  /** Classes of a word as it stands. A capitalised "Dick" is a name. */
  function classesOf(word: string, raw: string): string {
    if ((word === 'dick' || word === 'cock') && /^[A-Z][a-z]/.test(raw)) return ''
    return lexicon.get(word) ?? stemClasses(word)
  }

  return (text) => {
    const clean = foldCharacters(text)
      .replace(url, ' ')
      .replace(email, ' ')
      .replace(noise, ' ')
      .replace(handle, '$1 @ ')
      // Transcripts part clitics from their words ("you 're", "don 't").
      .replace(/(\p{L}) (?=(?:n't|'(?:re|s|t|ll|ve|m|d))\b)/giu, '$1')

    const words: string[] = []
    const tokens: string[] = []
    const quoted: boolean[] = []
    let inQuote = false
    let quotes = false

    const push = (word: string, raw: string) => {
      const spelled = spellings.get(word)
      let plain = spelled
      if (plain === undefined && word.includes("'")) {
        for (const [pattern, to] of clitics) {
          if (pattern.test(word)) {
            plain = word.replace(pattern, to)
            break
          }
        }
      }
      for (const part of (plain ?? word).split(' ')) {
        if (part === '') continue
        const own = part.replace(/'s?$/, '').replace(/^'/, '')
        if (own === '') continue
        const classes = classesOf(own, raw)
        words.push(own)
        tokens.push(classes + own)
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
      const opens = chunk.startsWith('"')
      const marks = chunk.split('"').length - 1
      if (marks > 0) quotes = true
      if (opens) inQuote = !inQuote
      const lower = chunk.toLowerCase()
      const bare = lower.replace(/^[^\p{L}\p{N}@$]+|[^\p{L}\p{N}$*#@%]+$/gu, '')

      if (/^[a-z]$/.test(bare)) {
        run += bare
        if (run.length > 200) flush()
      } else {
        flush()
        if (bare !== '') {
          const latin = /[^\0-\u007f]/.test(bare) ? foldLookalikes(bare) : undefined
          const plain = latin ?? bare
          const listed = lexicon.has(plain)
          const hidden = listed || ordinary.has(plain) ? undefined : unmask(plain)
          if (listed) push(plain, chunk)
          else if (hidden !== undefined) push(hidden, '')
          else {
            for (const part of plain.split(/[^\p{L}\p{N}'@]+/u)) {
              if (part === '' || part === "'") continue
              const glued = lexicon.has(part) ? undefined : unglue(part)
              const inner = glued || lexicon.has(part) || part === plain ? undefined : unmask(part)
              if (glued) for (const half of glued) push(half, '')
              else push(inner ?? part, chunk)
            }
          }
        }
      }
      if (marks - (opens ? 1 : 0) > 0 && (marks - (opens ? 1 : 0)) % 2 === 1) inQuote = !inQuote
      if (/[.!?;:]["')\]]*$/.test(chunk) && (bare.length > 1 || bare === '')) {
        flush()
        stop()
      }
    }
    flush()
    join(tokens, quoted)
    nameGroups(tokens)

    const encoded = ` ${tokens.join(' ')} `
    const unquoted = quotes ? ` ${tokens.filter((_, i) => !quoted[i]).join(' ')} ` : encoded
    return {
      words,
      tokens,
      encoded,
      unquoted,
      classes: [...new Set(encoded.match(/[A-Z]/g))].sort().join(''),
    }
  }

  /** Joins two fragments of a listed word where one of them is no word at all ("fu ck"). */
  function join(tokens: string[], quoted: boolean[]): void {
    for (let i = 0; i + 1 < tokens.length; i += 1) {
      const [a = '', b = ''] = [tokens[i], tokens[i + 1]]
      if (a.length + b.length < 4 || a.length > 8 || b.length > 8) continue
      if (/[^a-z]/.test(a) || /[^a-z]/.test(b)) continue
      if (/[aeiouy]/.test(a) && /[aeiouy]/.test(b)) continue
      const classes = lexicon.get(a + b) ?? ''
      if (!/[SBIF]/.test(classes) || a === 's' || b === 's') continue
      tokens.splice(i, 2, classes + a + b)
      quoted.splice(i, 1)
    }
  }
}

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
