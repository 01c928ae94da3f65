/** A sentence without an end is cut at a word by then, so that a voice has something to say. */
const LONGEST = 280
/** Where a sentence ends: its sign, what closes after it, and the space before the next. Or a line that ends. */
const END = /[.!?…]+["'”’)\]]*\s+|[。！？]+["'”’）」』]*\s*|\s*\n\s*/gu
const ABBREVIATED =
  /(?:^|[\s("'“‘])(?:\p{L}|Dr|Mr|Mrs|Ms|Prof|Sr|Jr|St|vs|etc|e\.g|i\.e|approx|no|fig|a\.m|p\.m)\.$/iu

/**
 * The sentences that a text begins with, each with the space after it. What comes after them is left until it is whole:
 * the last sentence of a text that still grows may go on.
 */
export function sentencesOf(text: string, whole: boolean): string[] {
  const found: string[] = []
  let from = 0
  for (const match of text.matchAll(END)) {
    const to = match.index + match[0].length
    // what follows says whether it was an end: nothing does yet
    if (to === text.length) break
    if (!isEnd(text.slice(from, to), text.slice(to))) continue
    add(to)
  }
  if (whole) add(text.length)
  else cutLong(text.length)
  return found

  function add(to: number): void {
    cutLong(to)
    if (from < to) found.push(text.slice(from, to))
    from = to
  }

  function cutLong(to: number): void {
    while (to - from > LONGEST) {
      const part = text.slice(from, from + LONGEST)
      const at = Math.max(part.search(/(?<=[,;:]\s)[^,;:]*$/u), 0) || part.lastIndexOf(' ') + 1
      found.push(part.slice(0, at || LONGEST))
      from += at || LONGEST
    }
  }
}

function isEnd(sentence: string, rest: string): boolean {
  if (/\n/u.test(sentence.slice(sentence.trimEnd().length))) return true
  // "about 3.5 p.m. on Friday": a sentence begins large, or with a number, a quote or a bracket
  if (/^\p{Ll}/u.test(rest)) return false
  return !ABBREVIATED.test(sentence.trimEnd())
}
