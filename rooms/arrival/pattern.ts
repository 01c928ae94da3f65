/**
 * Whether a room's name fits a pattern, in which `*` stands for any text, none included. Not by a regular
 * expression: one with many stars takes for ever on a name that nearly fits.
 */
export function fits(pattern: string, name: string): boolean {
  let p = 0
  let n = 0
  let star = -1
  let from = 0
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++
      from = n
    } else if (pattern[p] === name[n]) {
      p++
      n++
    } else if (star >= 0) {
      // the last star takes one more
      p = star + 1
      n = ++from
    } else return false
  }
  while (pattern[p] === '*') p++
  return p === pattern.length
}
