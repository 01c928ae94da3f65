import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createReader } from './words.ts'

const read = createReader()
const plain = (text: string) => read(text).words.join(' ')

const listed = ['idiot', 'moron', 'bastard', 'scumbag', 'wanker']

const leet: Record<string, string> = { a: '4', e: '3', i: '1', o: '0', s: '5', t: '7' }
const cyrillic: Record<string, string> = { a: 'а', e: 'е', o: 'о', c: 'с', p: 'р', i: 'і' }

/** Each hides a word, and takes a number below 1 to decide where. */
const disguises: Record<string, (word: string, where: number) => string> = {
  leet: (word, where) => replaceOne(word, leet, where),
  homoglyph: (word, where) => replaceOne(word, cyrillic, where),
  spaced: (word) => [...word].join(' '),
  dotted: (word) => [...word].join('.'),
  dashed: (word) => [...word].join('-'),
  'zero width': (word, where) => insert(word, '\u200b', where),
  'soft hyphen': (word, where) => insert(word, '\u00ad', where),
  stretched: (word, where) => {
    const at = 1 + Math.floor(where * (word.length - 1))
    return word.slice(0, at) + word.charAt(at).repeat(5) + word.slice(at + 1)
  },
  masked: (word, where) => {
    const at = 1 + Math.floor(where * (word.length - 2))
    return `${word.slice(0, at)}*${word.slice(at + 1)}`
  },
  accented: (word, where) => insert(word, '\u0301', where),
  'full width': (word) =>
    [...word].map((c) => String.fromCodePoint((c.codePointAt(0) ?? 0) + 0xfee0)).join(''),
  capitals: (word) => word.toUpperCase(),
  punctuated: (word) => `**"${word}!!!"**`,
}

function replaceOne(word: string, table: Record<string, string>, where: number): string {
  const places = [...word].flatMap((c, i) => (table[c] === undefined ? [] : [i]))
  const at = places[Math.floor(where * places.length)] ?? 0
  return word.slice(0, at) + (table[word.charAt(at)] ?? word.charAt(at)) + word.slice(at + 1)
}

function insert(word: string, what: string, where: number): string {
  const at = 1 + Math.floor(where * (word.length - 1))
  return word.slice(0, at) + what + word.slice(at)
}

describe('reading', () => {
  it.each(Object.keys(disguises))('finds a listed word that is %s', (name) => {
    const disguise = disguises[name]
    if (disguise === undefined) throw new Error(`no disguise ${name}`)
    fc.assert(
      fc.property(
        fc.constantFrom(...listed),
        fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        (word, where) => {
          expect(read(`well ${disguise(word, where)} indeed`).classes).toContain('I')
        },
      ),
    )
  })

  it('joins letters and fragments that were parted', () => {
    expect(plain('f u c k')).toBe('fuck')
    expect(plain('fu ck this')).toBe('fuck this')
    expect(plain('you m.o.r.o.n')).toBe('you moron')
  })

  it('leaves ordinary words as they are', () => {
    const ordinary = `class assess assassin bass cocktail hancock scunthorpe dickens therapist analysis
      document title constitution shuttle grape drape skilled raccoon niger nigeria swank peacock
      button assume cumulative circumstance parse sussex essex matsushita shitake money batch
      sitting strange picks waking backs classic compass embassy glass heat reap trail passion
      looser hello shell mishap mandate killall hangup manslaughter niggardly snigger arsenal pension
      penistone lightwater expertsexchange mustard custard standard bustard uranus japan spice
      chinkapin tycoon cockpit shiitake canal analog hoedown titan titbit flagstaff`
    for (const word of ordinary.split(/\s+/)) {
      expect(read(word).classes, word).not.toMatch(/[SBIJFPXVN]/)
    }
  })

  it('adds no listed word to random ordinary text', () => {
    const syllables = 'ba ne ro li mu ta ke so vi pa lo re mi na du'.split(' ')
    const word = fc
      .array(fc.constantFrom(...syllables), { minLength: 2, maxLength: 4 })
      .map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 30 }), (words) => {
        expect(read(words.join(' ')).classes).not.toMatch(/[SBIF]/)
      }),
    )
  })

  it('survives any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), (text) => {
        const { tokens, encoded } = read(text)
        expect(encoded).toBe(` ${tokens.join(' ')} `)
      }),
      { numRuns: 500 },
    )
  })

  it('writes out short forms, also those that a transcript parted', () => {
    expect(plain("you're")).toBe('you are')
    expect(plain("you 're late , don 't wait")).toBe('you are late do not wait')
    expect(plain('ur u')).toBe('you are you')
  })

  it('takes a group for one only where people are meant', () => {
    expect(read('black people').classes).toContain('G')
    expect(read('the black cable').classes).not.toContain('G')
  })

  it('keeps other scripts', () => {
    expect(plain('Привет мир')).toBe('привет мир')
    expect(plain('会議 を 始めます')).toContain('会議')
  })

  it('sets quotations apart', () => {
    expect(read('he wrote "you fool" twice').unquoted).not.toContain('fool')
    expect(read('no quotation').unquoted).toBe(read('no quotation').encoded)
  })
})
