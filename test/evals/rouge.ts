import { stem } from '../../agents/brain/stem.ts'

export interface Rouge {
  r1: number
  r2: number
  l: number
}

/** As the usual scorer has it: lower case, letters and digits only, words above three letters by Porter's stems. */
function tokens(text: string): string[] {
  const words = text.toLowerCase().match(/[a-z0-9]+/g) ?? []
  return words.map((w) => (w.length > 3 ? stem(w) : w))
}

/** ROUGE-1, -2 and -L, F1, over whole texts, with Porter's stemming. */
export function rouge(candidate: string, reference: string): Rouge {
  const a = tokens(candidate)
  const b = tokens(reference)
  return { r1: ngramF1(a, b, 1), r2: ngramF1(a, b, 2), l: f1(longest(a, b), a.length, b.length) }
}

function f1(shared: number, a: number, b: number): number {
  return shared === 0 ? 0 : (2 * shared) / (a + b)
}

function ngrams(list: string[], n: number): Map<string, number> {
  const out = new Map<string, number>()
  for (let i = 0; i + n <= list.length; i++) {
    const gram = list.slice(i, i + n).join(' ')
    out.set(gram, (out.get(gram) ?? 0) + 1)
  }
  return out
}

function ngramF1(a: string[], b: string[], n: number): number {
  const left = ngrams(a, n)
  let shared = 0
  for (const [gram, count] of ngrams(b, n)) shared += Math.min(count, left.get(gram) ?? 0)
  return f1(shared, Math.max(0, a.length - n + 1), Math.max(0, b.length - n + 1))
}

/** Length of the longest common subsequence. */
function longest(a: string[], b: string[]): number {
  let row = new Array<number>(b.length + 1).fill(0)
  for (const word of a) {
    const next = [0]
    for (let j = 1; j <= b.length; j++)
      next[j] = word === b[j - 1] ? (row[j - 1] ?? 0) + 1 : Math.max(row[j] ?? 0, next[j - 1] ?? 0)
    row = next
  }
  return row[b.length] ?? 0
}
