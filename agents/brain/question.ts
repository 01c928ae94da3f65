import { term, words } from './text.ts'
import { type TimeCue, timeCue, withoutTime } from './time.ts'
import { QUESTION_WORDS, STOP_WORDS } from './words.ts'

export interface Question {
  /** What is asked about, as terms. */
  focus: string[]
  /** What it is asked in the frame of ("... when discussing X"): points at the region, weighs less. */
  context: string[]
  /** Ids of the speakers whom the question names. */
  speakers: string[]
  time?: TimeCue
}

const SCAFFOLD = new Set([...QUESTION_WORDS].map(term))
const FRAME =
  /\b(?:when|while|in|during)\s+(?:(?:they|we)\s+were\s+)?(?:the\s+(?:discussion|debate|talk)\s+(?:of|on|about)|(?:discussing|talking\s+about|presenting(?:\s+on)?|doing|assessing|reflecting\s+on|concerning))\b/i

/** Takes apart what a question says: whom it names, when it was, and what is left to look for. */
export function parseQuestion(
  question: string,
  speakers: ReadonlyMap<string, string> = new Map(),
): Question {
  const time = timeCue(question)
  const text = withoutTime(question)
  const frame = FRAME.exec(text)
  const head = frame ? text.slice(0, frame.index) : text
  const mentioned = namedSpeakers(head, speakers)
  const named = mentioned.filter((m) => m.acting).map((m) => m.id)
  const nameWords = new Set(mentioned.filter((m) => m.acting).flatMap((m) => m.parts))
  const pick = (text: string) =>
    words(text)
      .filter((w) => !STOP_WORDS.has(w) && !nameWords.has(w))
      .map(term)
  let focus = pick(head)
  let context = frame ? pick(text.slice(frame.index + frame[0].length)) : []
  const strip = (list: string[]) => list.filter((t) => !SCAFFOLD.has(t))
  context = strip(context)
  focus = strip(focus)
  if (focus.length === 0) [focus, context] = [context, []]
  return { focus, context, speakers: named, ...(time ? { time } : {}) }
}

interface Mention {
  id: string
  /** The words of the name that the question has. */
  parts: string[]
  /** Stands where somebody who speaks stands ("did the Professor", "Bob's"), not where a topic does. */
  acting: boolean
}

/**
 * A speaker is named by the whole name, or by a part that no other speaker has ("Bains" for "Hon. Navdeep Bains").
 * A one-letter part ("C") counts only as a capital.
 */
function namedSpeakers(question: string, speakers: ReadonlyMap<string, string>): Mention[] {
  const asked = words(question).map((w) => w.replace(/'s?$/, ''))
  const owners = new Map<string, number>()
  for (const name of speakers.values())
    for (const part of new Set(words(name))) owners.set(part, (owners.get(part) ?? 0) + 1)
  const capitals = new Set(question.match(/(?<![\p{L}'’])\p{Lu}(?!\p{L})/gu) ?? [])
  const joined = ` ${asked.join(' ')} `
  const found: Mention[] = []
  for (const [id, name] of speakers) {
    const all = words(name)
    if (all.length === 0) continue
    const whole = joined.includes(` ${all.join(' ')} `)
    const parts = whole
      ? all
      : all.filter(
          (part) =>
            owners.get(part) === 1 &&
            (part.length === 1
              ? capitals.has(part.toUpperCase())
              : asked.includes(part) && !STOP_WORDS.has(part)),
        )
    if (parts.length > 0) found.push({ id, parts, acting: isActing(question, parts) })
  }
  return found
}

function isActing(question: string, parts: string[]): boolean {
  const name = parts.map((p) => p.replace(/[^\p{L}\p{N}'’-]/gu, '.')).join('\\W+')
  const before =
    "(?:did|does|do|didn't|doesn't|has|have|had|would|will|by|from|to|with|and|or|between|summari[sz]e|to)"
  const titles = '(?:the\\s+)?(?:\\p{L}+\\.?\\s+){0,2}?'
  return new RegExp(
    `\\b${before}\\s+${titles}${name}(?!\\p{L})|(?<!\\p{L})${name}(?:\\s+\\p{L}+)?['’]s?(?!\\p{L})|^\\W*${name}(?!\\p{L})`,
    'iu',
  ).test(question)
}

const WHO_SAID =
  /^(?:and |so )?who(?:'s| has| else| was| were| is)?(?: \S+)? (?:said|says|say|saying|mentioned|mentions|brought up|raised|asked|asks|suggested|proposed|talked|talks|spoke|thinks|thought|wanted|complained|argued|objected|claimed|told|explained|reported)\b/i

/** "Who said that ...?": the speaker is the answer. */
export const asksWhoSaid = (question: string) => WHO_SAID.test(question)
