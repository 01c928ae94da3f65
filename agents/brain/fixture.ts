import type { Turn } from './turn.ts'

/** Turns for tests from lines "Name: text": seqs from 1, five seconds apart. */
export function turnsOf(lines: readonly string[]): Turn[] {
  return lines.map((line, i) => {
    const [, name = '', text = ''] = /^([^:]*): ?([\s\S]*)$/.exec(line) ?? []
    return {
      seq: i + 1,
      at: 1_000_000 + i * 5_000,
      speaker: { id: name.toLowerCase(), name },
      text,
    }
  })
}
