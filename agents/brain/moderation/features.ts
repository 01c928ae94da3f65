import type { Reading } from './words.ts'

/** Number of hashed features; a power of two. */
export const featureSpace = 1 << 17

export type Featurise = (reading: Reading) => Uint32Array

// Words that carry who is spoken to or of; a shape keeps them, and drops other unlisted words.
const pillars = new Set(
  'you your i my me he she they them him her his their we us it this that these those all like is are be should will not no never a what who why people'.split(
    ' ',
  ),
)

/** Length of a feature vector. Short texts count as longer ones, so that one word does not decide alone. */
export function lengthOf(features: Uint32Array): number {
  return Math.sqrt(features.length + 60)
}

/**
 * Distinct hashed features of a text: words, pairs of words, 3 to 5 letters, and shapes (pairs and
 * triples of word classes). Words that name a group are one and the same word here, so that the model
 * cannot learn that a group's name is evidence.
 *
 * The returned array is valid until the next call.
 */
export function createFeaturiser(): Featurise {
  const seen = new Uint32Array(featureSpace)
  let out = new Uint32Array(4096)
  let round = 0
  let size = 0

  function add(hash: number): void {
    const index = mix(hash) & (featureSpace - 1)
    if (seen[index] === round) return
    seen[index] = round
    if (size === out.length) {
      const larger = new Uint32Array(size * 2)
      larger.set(out)
      out = larger
    }
    out[size] = index
    size += 1
  }

  return ({ tokens }) => {
    round += 1
    size = 0
    let previous = hashOf('^', 3)
    let shape1 = hashOf('^', 5)
    let shape2 = shape1
    for (const token of tokens) {
      let from = 0
      while (from < token.length && isCapital(token.charCodeAt(from))) from += 1
      const classes = token.slice(0, from)
      const group = classes.includes('G') || classes.includes('H')
      const word = group ? '=' : token.slice(from)
      const shape = hashOf(
        group ? '=' : classes !== '' ? classes : word === '.' || pillars.has(word) ? word : '_',
        5,
      )
      if (word !== '.') {
        const own = hashOf(word, 3)
        add(own)
        add(pair(previous, own))
        previous = own
        letters(word)
        for (const c of classes) if (c !== 'G' && c !== 'H' && c !== 'O') add(hashOf(c, 9))
      }
      add(pair(shape1, shape) ^ 0x5bd1e995)
      add(pair(pair(shape2, shape1), shape) ^ 0x27d4eb2f)
      shape2 = shape1
      shape1 = shape
    }
    return out.subarray(0, size)
  }

  function letters(word: string): void {
    if (word === '=' || word.length > 60) return
    const padded = ` ${word} `
    for (let i = 0; i < padded.length; i += 1) {
      let hash = 0x811c9dc5 ^ 7
      for (let n = 1; n <= 5 && i + n <= padded.length; n += 1) {
        hash = Math.imul(hash ^ padded.charCodeAt(i + n - 1), 0x01000193)
        if (n >= 3) add(hash + n)
      }
    }
  }
}

function isCapital(code: number): boolean {
  return code >= 65 && code <= 90
}

/** FNV-1a, one seed for each kind of feature. */
function hashOf(text: string, seed: number): number {
  let hash = 0x811c9dc5 ^ seed
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

function pair(a: number, b: number): number {
  return Math.imul(a ^ Math.imul(b, 0x85ebca6b), 0xc2b2ae35) + b
}

function mix(hash: number): number {
  let h = hash ^ (hash >>> 15)
  h = Math.imul(h, 0x2c1b3c6d)
  return (h ^ (h >>> 13)) >>> 0
}
