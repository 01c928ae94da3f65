import type { Turn } from './turn.ts'

/** Which part of the meeting a question points at. */
export type TimeCue =
  | { kind: 'start' }
  | { kind: 'end' }
  /** "Just now": the last few turns. */
  | { kind: 'recent' }
  /** "In the last five minutes": nothing before. */
  | { kind: 'last'; ms: number }
  /** "In the first five minutes": nothing after. */
  | { kind: 'first'; ms: number }
  /** "Ten minutes ago": about then. */
  | { kind: 'ago'; ms: number }
  | { kind: 'after break' }
  | { kind: 'before break' }

const NUMBERS: Record<string, number> = {
  a: 1,
  an: 1,
  one: 1,
  two: 2,
  three: 3,
  four: 4,
  five: 5,
  six: 6,
  seven: 7,
  eight: 8,
  nine: 9,
  ten: 10,
  fifteen: 15,
  twenty: 20,
  thirty: 30,
  'forty-five': 45,
  'half an': 0.5,
  'half a': 0.5,
  half: 0.5,
  couple: 2,
  'couple of': 2,
  'a couple of': 2,
}
const UNITS: Record<string, number> = { second: 1_000, minute: 60_000, hour: 3_600_000 }
const COUNT = '(?:(?<count>\\d+|half(?: an?)?|(?:a )?couple(?: of)?|[a-z-]+)[ -])?'
const UNIT = '(?<unit>second|minute|hour)s?\\b'

const cue = (source: string) => new RegExp(source, 'i')
/** "The last minute changes" are no part of a meeting; "in the last minute" is, and "the last ten minutes". */
const many = (which: string) =>
  `(?:(?:in|over|during|within|for|from) the|the(?= ${which} (?:\\d|few|couple|half|two|three|five|ten|fifteen|twenty|thirty)))`
const LAST = cue(`\\b${many('(?:last|past)')} (?:last|past) ${COUNT}${UNIT}`)
const FIRST = cue(`\\b${many('first')} first ${COUNT}${UNIT}`)
const AGO = cue(`\\b(?:about |around |some |roughly )?${COUNT}${UNIT} ago\\b`)
const RECENT = cue(
  '\\b(?:just now|(?:right )?before this|a (?:moment|second|minute) ago|just (?:said|say|saying|talk\\w*)|most recently|lately)\\b',
)
const PAUSE =
  '(?:the |our |that )?(?:(?:coffee|tea|lunch|short) )?(?:break|pause|lunch|recess|intermission)'
const AFTER = cue(
  `\\b(?:(?:right )?after|since|following|once we (?:were|are|came|got) back from) ${PAUSE}\\b`,
)
const BEFORE = cue(`\\b(?:(?:right )?before|until|up to) ${PAUSE}\\b`)
const END = cue(
  '\\b(?:(?:at|by|towards?|near) the (?:very )?end|in the end|the end of the (?:meeting|call|session)|(?:in )?the closing (?:minutes|part)|(?:say|said) last|last thing)\\b',
)
const START = cue(
  '\\b(?:(?:at|in|from) the (?:very )?(?:start|beginning|outset)|(?:start|beginning) of the (?:meeting|call|session)|at first|first thing|early on|to begin with|when (?:we|the meeting|the call) (?:started|began)|(?:say|said) first)\\b',
)
const ALL = new RegExp(
  [LAST, FIRST, AGO, RECENT, AFTER, BEFORE, END, START]
    .map((r) => r.source.replace(/\(\?<\w+>/g, '(?:'))
    .join('|'),
  'gi',
)

/** A question without what it says about when. */
export const withoutTime = (question: string) => question.replace(ALL, ' ')

export function timeCue(question: string): TimeCue | undefined {
  const counted = (pattern: RegExp) => {
    const found = pattern.exec(question)?.groups
    return found && { ms: span(found.count, found.unit) }
  }
  const last = counted(LAST)
  if (last) return { kind: 'last', ...last }
  const first = counted(FIRST)
  if (first) return { kind: 'first', ...first }
  if (RECENT.test(question)) return { kind: 'recent' }
  const ago = counted(AGO)
  if (ago) return { kind: 'ago', ...ago }
  if (AFTER.test(question)) return { kind: 'after break' }
  if (BEFORE.test(question)) return { kind: 'before break' }
  if (END.test(question)) return { kind: 'end' }
  if (START.test(question)) return { kind: 'start' }
  return undefined
}

/** "The last minutes", "a few minutes": about five of them. */
const SOME = 5

function span(count: string | undefined, unit = 'minute'): number {
  const said = count?.toLowerCase()
  const unitMs = UNITS[unit.toLowerCase()] ?? 60_000
  if (said === undefined) return unitMs === UNITS.hour ? unitMs : SOME * unitMs
  return (NUMBERS[said] ?? (Number(said) || SOME)) * unitMs
}

/** Part of the meeting that is its start, and its end. */
const EDGE = 0.2
const RECENT_TURNS = 12
/** How far off "ten minutes ago" may be, as part of the time. */
const VAGUE = 0.3
/** Silence that is a break, ms. */
const SILENCE = 180_000

/**
 * The turns that a cue points at, as indices: from the first to before the second. Empty when there is no such part, as after
 * a break that nobody took.
 */
export function turnsIn(turns: readonly Turn[], time: TimeCue): [from: number, to: number] {
  const n = turns.length
  const end = turns[n - 1]?.at ?? 0
  const start = turns[0]?.at ?? 0
  /** First turn at or after a time. */
  const at = (ms: number) => {
    let [low, high] = [0, n]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((turns[middle]?.at ?? 0) < ms) low = middle + 1
      else high = middle
    }
    return low
  }
  switch (time.kind) {
    case 'start':
      return [0, Math.ceil(n * EDGE)]
    case 'end':
      return [Math.floor(n * (1 - EDGE)), n]
    case 'recent':
      return [Math.max(0, n - RECENT_TURNS), n]
    case 'last':
      return [at(end - time.ms), n]
    case 'first':
      return [0, at(start + time.ms)]
    case 'ago':
      return [at(end - time.ms * (1 + VAGUE)), at(end - time.ms * (1 - VAGUE))]
    default: {
      const back = breakIn(turns)
      if (back === undefined) return [0, 0]
      return time.kind === 'after break' ? [back, n] : [0, back]
    }
  }
}

/**
 * The turns outside of which nothing may be taken. "At the start" and "just now" draw a line only where nothing else is asked
 * for: people are vague about when something was said.
 */
export function limitsOf(
  { time, focus, context }: { time?: TimeCue; focus: string[]; context: string[] },
  turns: readonly Turn[],
): [from: number, to: number] | undefined {
  if (!time) return undefined
  const vague = time.kind === 'start' || time.kind === 'end' || time.kind === 'recent'
  return vague && focus.length + context.length > 0 ? undefined : turnsIn(turns, time)
}

const ANNOUNCES =
  /\b(?:(?:let's|let us|we'll|we will|shall we|we|time (?:for|to)|i suggest we|how about we)(?: all| now| just)? (?:take|have|do|get) (?:a|our|the|ten|five|fifteen|another)(?: \S+){0,3} (?:break|pause|recess)|(?:break|break for lunch|adjourn|recess) (?:for|until) |time for (?:a |our |the )?(?:\S+ )?(?:break|lunch)|let's break\b)/i
const RETURNS =
  /\b(?:welcome back|(?:are|is) (?:we all|everyone|everybody) back|we're back|back from (?:the |our )?(?:\S+ )?(?:break|lunch)|(?:let's|shall we|we) (?:resume|reconvene))\b/i

/** Index of the first turn after the last break: a long silence, or one that was announced. */
function breakIn(turns: readonly Turn[]): number | undefined {
  for (let i = turns.length - 1; i > 0; i--) {
    const turn = turns[i]
    const before = turns[i - 1]
    if (!turn || !before) continue
    const said = before.text.slice(0, 600)
    if (
      turn.at - before.at >= SILENCE ||
      ANNOUNCES.test(said) ||
      RETURNS.test(turn.text.slice(0, 600))
    )
      return i
  }
  return undefined
}
