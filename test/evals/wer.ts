const UNITS =
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen'
const TENS = 'twenty thirty forty fifty sixty seventy eighty ninety'
const NUMBERS = new Map([
  ...UNITS.split(' ').map((word, i) => [word, String(i)] as const),
  ...TENS.split(' ').map((word, i) => [word, String((i + 2) * 10)] as const),
])

/**
 * A text as words that can be compared: lower case, without punctuation, numbers as their digits one by one, so that
 * "ten", "10" and "1-0" are the same.
 */
export function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replaceAll('’', "'")
    .split(/[^\p{L}\p{N}']+/u)
    .map((word) => word.replace(/^'+|'+$/g, ''))
    .flatMap((word) => {
      const number = NUMBERS.get(word) ?? word
      return /^\d+$/.test(number) ? [...number] : [number]
    })
    .filter((word) => word !== '')
}

export interface WordErrors {
  /** Words that would have to be put in, taken out or changed. */
  errors: number
  /** Words of the reference. */
  words: number
}

/** How far what was heard is from what was said: the least number of changes between the two. */
export function wordErrors(reference: string, hypothesis: string): WordErrors {
  const said = wordsOf(reference)
  const heard = wordsOf(hypothesis)
  let before = Array.from({ length: heard.length + 1 }, (_, i) => i)
  for (const [i, word] of said.entries()) {
    const row = [i + 1]
    for (const [j, other] of heard.entries())
      row.push(
        Math.min(
          (before[j + 1] ?? 0) + 1,
          (row[j] ?? 0) + 1,
          (before[j] ?? 0) + (word === other ? 0 : 1),
        ),
      )
    before = row
  }
  return { errors: before.at(-1) ?? 0, words: said.length }
}
