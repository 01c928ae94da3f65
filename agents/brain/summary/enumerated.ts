import { NAME } from './names.ts'

const WORDS = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten']
const ORDINALS = [
  'first',
  'second',
  'third',
  'fourth',
  'fifth',
  'sixth',
  'seventh',
  'eighth',
  'ninth',
  'tenth',
]
/** "1.", "(2)", "3)", "number one,", "two:", "first,", "secondly:", "and finally," in front of what they number. */
const MARK = new RegExp(
  `(?<![\\p{L}\\p{N}'’-])(?:and )?(?:\\(?(?<digit>\\d{1,2})[.):](?!\\d)|(?:(?:number|item|point|action) )?(?<word>${WORDS.join('|')})[,:.]|(?<ordinal>${ORDINALS.join('|')})(?:ly)?[,:.]|(?<last>finally|lastly)[,:])\\s+`,
  'giu',
)
/** What a list is of, said in front of it. */
const ITEMS = /\b(?:action (?:items?|points?)|to-?dos?|next steps|tasks|follow-?ups)\b/i
const DECISIONS =
  /\bdecisions\b|\b(?:decided|agreed)(?: on)?(?: the following)?(?: (?:\S+ )?things)?\W*$/i

/**
 * The parts of a turn that numbers several things, each to be read on its own: what comes before the list, then its items, with
 * the list's kind said again ("Action item: Ana to book the room"). A text without such a list is one part.
 */
export function enumerated(text: string): string[] {
  const marks: { at: number; end: number }[] = []
  for (const found of text.matchAll(MARK)) {
    const { digit, word, ordinal, last } = found.groups ?? {}
    const number = digit
      ? Number(digit)
      : word
        ? WORDS.indexOf(word.toLowerCase()) + 1
        : ordinal
          ? ORDINALS.indexOf(ordinal.toLowerCase()) + 1
          : last && marks.length > 0
            ? marks.length + 1
            : 0
    if (number === marks.length + 1)
      marks.push({ at: found.index, end: found.index + found[0].length })
  }
  const first = marks[0]
  if (!first || marks.length < 2) return named(text)
  const before = text.slice(0, first.at)
  const kind = ITEMS.test(before) ? 'Action item: ' : DECISIONS.test(before) ? 'Decision: ' : ''
  const items = marks.map(({ end }, i) =>
    text.slice(end, marks[i + 1]?.at ?? text.length).replace(/[\s,;]+(?:and|then)?\s*$/i, ''),
  )
  // The heading of a list is no item of its own.
  const said = kind === '' ? before : before.replace(/[^.!?]*[.!?:]*\s*$/, '')
  return [said.trim(), ...items.map((item) => kind + capital(item))].filter((part) => part !== '')
}

const HEADING =
  /^(?<before>.*?)\b(?:action (?:items?|points?)|to-?dos?|next steps|tasks)\b[^:.?!]{0,20}:\s*(?<rest>.+)$/is
const EACH = new RegExp(`(?:^|[,;]) *(?:and )?(?=(?:${NAME}|me) (?:to|will) )`, 'u')

/** "Action items: Ben to call the bank, Lena to order chairs": by whom each is for, without numbers. */
function named(text: string): string[] {
  const { before = '', rest } = HEADING.exec(text)?.groups ?? {}
  const items = rest?.split(EACH).filter((item) => item.trim() !== '') ?? []
  if (items.length < 2) return [text]
  const said = before.replace(/[^.!?]*$/, '').trim()
  return [said, ...items.map(each)].filter((part) => part !== '')
}

const each = (item: string) =>
  /^ *(?:me|I) (?:to|will) /i.test(item)
    ? item.replace(/^ *(?:me|I) (?:to|will) /i, "I'll ")
    : `Action item: ${item.trim()}`

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)
