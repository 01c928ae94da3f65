import { findDue } from './due.ts'
import { NAME } from './names.ts'

const MARK =
  /,? *(?:[–—-]+ *)?\b(?:no,? wait|no,? sorry|wait,? no|oh,? sorry|sorry|i mean|or rather|correction|make that|scratch that|no)\b[,:]? (?:make (?:it|that) )?/i
/** What no correction is without; most sentences have none of it. */
const HINT = /\b(?:no|sorry|mean|rather|correction|make that|scratch that)\b/i
const NUMBER =
  '(?:\\d[\\d.,]*|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|percent)'
const NUMBERS = `${NUMBER}(?:[ -]${NUMBER})*`
const LAST_NUMBER = new RegExp(` ${NUMBERS}$`, 'i')
const FIRST_NUMBER = new RegExp(`^${NUMBERS}\\b`, 'i')
const LAST_NAME = new RegExp(
  `(?<=^|[ ,])${NAME}(?<verb> (?:will|to|should|can|is going to))?$`,
  'u',
)
const FIRST_NAME = new RegExp(`^${NAME}(?=[ ,.!?]|$)`, 'u')

/**
 * What a sentence says once its speaker has corrected it: "on Monday, no wait, on Tuesday" is "on Tuesday", "Ben, I mean Lena," is
 * "Lena,". Only a date, a number or a name that takes the place of one; anything else stays as it was said.
 */
export function mended(sentence: string): string {
  const mark = HINT.test(sentence) ? MARK.exec(sentence) : null
  if (!mark) return sentence
  const left = sentence.slice(0, mark.index).trimEnd()
  const right = sentence.slice(mark.index + mark[0].length)
  const due = findDue(right)
  if (due && right.slice(0, due.phrase.length + 4).includes(due.phrase)) {
    const old = findDue(left)
    if (old && left.endsWith(old.phrase))
      return `${left.slice(0, -old.phrase.length)}${sharing(old.phrase, right)}`
  }
  const number = LAST_NUMBER.exec(left)
  if (number && FIRST_NUMBER.test(right)) return `${left.slice(0, number.index)} ${right}`
  const name = LAST_NAME.exec(left)
  if (name && FIRST_NAME.test(right)) {
    const named = FIRST_NAME.exec(right)?.[0] ?? ''
    const rest = right.slice(named.length).replace(/^, (?=\p{Ll})/u, ' ')
    return `${left.slice(0, name.index)}${named}${rest}`
  }
  return sentence
}

/** "By Monday, sorry, Tuesday" is "by Tuesday". */
function sharing(old: string, right: string): string {
  const lead = /^(?:by|before|until|till|for|on|at|in)\b/i.exec(old)?.[0]
  const has = /^(?:by|before|until|till|for|on|at|in)\b/i.test(right)
  return lead && !has ? `${lead} ${right}` : right
}
