/**
 * Whether what was heard may have been this name: what a transcriber makes of a name that it does not know. Rough, for
 * English. "Ora", "Or a", "Or" and "Laura" are like "Aura"; "Sorry" and "Oh the" are not.
 */
export function soundsLike(heard: string, name: string): boolean {
  const [mine, theirs] = [soundsOf(name), soundsOf(heard)]
  if (mine.length < 3 || theirs.length < 2) return false
  // a consonant that begins a name is heard; before a vowel one may be heard that was not there
  const first = /^[AIO]/u.test(mine)
  if (!first && mine[0] !== theirs[0]) return false
  if (mine.length >= 7) return distance(mine, theirs) <= 2
  if (distance(mine, theirs) > 1) return false
  if (mine.length > 3) return true
  // of a short name no consonant may be another
  const consonants = (sounds: string) => sounds.replace(/[AIO]/gu, '')
  const [ours, others] = [consonants(mine), consonants(theirs)]
  return ours === others || (first && theirs.endsWith(mine))
}

/** The sounds of some words, a letter for each: vowels are O (round), I (at the end) or A, like consonants are one. */
function soundsOf(words: string): string {
  let sounds = words
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z]/gu, '')
  for (const [spelling, sound] of SOUNDS) sounds = sounds.replace(spelling, sound)
  return sounds.replace(/(.)\1+/gu, '$1')
}

/** In this order; large letters are sounds already. */
const SOUNDS: readonly (readonly [RegExp, string])[] = [
  [/^kn|^gn/u, 'N'],
  [/^wr/u, 'R'],
  [/ph/gu, 'F'],
  [/[bp]/gu, 'P'],
  [/tch|ch|sh|j|dg|g(?=[eiy])/gu, 'J'],
  [/gh(?=[^aeiou]|$)/gu, ''],
  [/th/gu, 'T'],
  [/ck|q|c(?![eiy])|[gk]/gu, 'K'],
  [/x/gu, 'KS'],
  [/[csz]/gu, 'S'],
  [/[fv]/gu, 'F'],
  [/[dt]/gu, 'T'],
  [/l/gu, 'L'],
  [/m/gu, 'M'],
  [/n/gu, 'N'],
  // before another vowel they are sounds of their own, after one they are part of it
  [/w(?=[aeiou])/gu, 'W'],
  [/(?<![aeiou])y(?=[aeiou])/gu, 'Y'],
  [/(?<![aeiou])h|^h/gu, 'H'],
  // an unstressed end: "horror", "order", "aura" end alike
  [/(?<=[^aeiou])(?:[aeo]r|ah|uh|a)$/gu, 'A'],
  [/(?<=[^aeiou])(?:y|i|ie|ee|ey)$/u, 'I'],
  [/au|aw|ou|oa|oo|ow|o/gu, 'O'],
  [/[aeiouyw]+h?/gu, 'A'],
  [/h/gu, ''],
  [/r/gu, 'R'],
  [/e$/u, ''],
]

/** Sounds to add, leave out or change (Levenshtein). */
function distance(one: string, other: string): number {
  let row = Array.from({ length: other.length + 1 }, (_, i) => i)
  for (let i = 1; i <= one.length; i++) {
    const next = [i]
    for (let j = 1; j <= other.length; j++) {
      const same = one[i - 1] === other[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[other.length] ?? 0
}
