import { term, words } from './text.ts'
import { QUESTION_WORDS, STOP_WORDS } from './words.ts'

/** Which part of the meeting a question points at. */
type TimeCue =
  | { kind: 'start' }
  | { kind: 'end' }
  /** "Just now": the last few turns. */
  | { kind: 'recent' }
  /** "In the last five minutes": nothing before. */
  | { kind: 'last'; ms: number }

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
  const withoutTime = question.replace(TIME_PHRASES, ' ')
  const frame = FRAME.exec(withoutTime)
  const head = frame ? withoutTime.slice(0, frame.index) : withoutTime
  const mentioned = namedSpeakers(head, speakers)
  const named = mentioned.filter((m) => m.acting).map((m) => m.id)
  const nameWords = new Set(mentioned.filter((m) => m.acting).flatMap((m) => m.parts))
  const pick = (text: string) =>
    words(text)
      .filter((w) => !STOP_WORDS.has(w) && !nameWords.has(w))
      .map(term)
  let focus = pick(head)
  let context = frame ? pick(withoutTime.slice(frame.index + frame[0].length)) : []
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

const NUMBERS: Record<string, number> = {
  a: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
}
const LAST =
  /\b(?:in|over|during|within) the (?:last|past) (?:(\d+|[a-z]+) )?(minute|hour|second)s?\b/i
const RECENT = /\b(?:just now|a (?:moment|second|minute) ago|just (?:said|say|saying|talk\w*))\b/i
const END =
  /\b(?:(?:at|by|towards?) the (?:very )?end|in the end|the end of the (?:meeting|call|session))\b/i
const START =
  /\b(?:(?:at|in) the (?:very )?(?:start|beginning)|(?:start|beginning) of the (?:meeting|call|session)|at first|first thing)\b/i
const TIME_PHRASES = new RegExp([LAST, RECENT, END, START].map((r) => r.source).join('|'), 'gi')

function timeCue(question: string): TimeCue | undefined {
  const last = LAST.exec(question)
  if (last) {
    const count = NUMBERS[(last[1] ?? 'a').toLowerCase()] ?? (Number(last[1]) || 5)
    const unit = { second: 1_000, minute: 60_000, hour: 3_600_000 }[last[2]?.toLowerCase() ?? '']
    return { kind: 'last', ms: count * (unit ?? 60_000) }
  }
  if (RECENT.test(question)) return { kind: 'recent' }
  if (END.test(question)) return { kind: 'end' }
  if (START.test(question)) return { kind: 'start' }
  return undefined
}
