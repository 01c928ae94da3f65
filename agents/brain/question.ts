import { term, words } from './text.ts'
import { QUESTION_WORDS, STOP_WORDS } from './words.ts'

/** Which part of the meeting a question points at. */
export type TimeCue =
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
  const named = namedSpeakers(question, speakers)
  const nameWords = new Set(
    named.flatMap((id) => words(speakers.get(id) ?? '').filter((w) => words(question).includes(w))),
  )
  const withoutTime = question.replace(TIME_PHRASES, ' ')
  const frame = FRAME.exec(withoutTime)
  const pick = (text: string) =>
    words(text)
      .filter((w) => !STOP_WORDS.has(w) && !nameWords.has(w))
      .map(term)
  let focus = pick(frame ? withoutTime.slice(0, frame.index) : withoutTime)
  let context = frame ? pick(withoutTime.slice(frame.index + frame[0].length)) : []
  const strip = (list: string[]) => list.filter((t) => !SCAFFOLD.has(t))
  context = strip(context)
  focus = strip(focus)
  if (focus.length === 0) [focus, context] = [context, []]
  return { focus, context, speakers: named, ...(time ? { time } : {}) }
}

/**
 * A speaker is named by the whole name, or by a part that no other speaker has ("Bains" for "Hon. Navdeep Bains").
 * A one-letter part ("C") counts only as a capital; in lower case only longer parts do.
 */
function namedSpeakers(question: string, speakers: ReadonlyMap<string, string>): string[] {
  const asked = words(question)
  const askedSet = new Set(asked)
  const capitals = new Set(question.match(/\b\p{Lu}\b/gu) ?? [])
  const joined = ` ${asked.join(' ')} `
  const whole = [...speakers].filter(([, name]) => {
    const parts = words(name)
    return parts.length > 0 && joined.includes(` ${parts.join(' ')} `)
  })
  if (whole.length > 0) return whole.map(([id]) => id)
  const owners = new Map<string, string[]>()
  for (const [id, name] of speakers)
    for (const part of new Set(words(name))) owners.set(part, [...(owners.get(part) ?? []), id])
  const found = new Set<string>()
  for (const [part, ids] of owners) {
    const [id] = ids
    if (id === undefined || ids.length > 1 || STOP_WORDS.has(part) !== (part.length === 1)) {
      if (ids.length > 1 || id === undefined || part.length > 1) continue
    }
    if (part.length === 1 ? capitals.has(part.toUpperCase()) : askedSet.has(part)) found.add(id)
  }
  return [...found]
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
