import { clip } from '../clean.ts'
import type { Turn } from '../turn.ts'
import { accepts, declines, isQuestion, withoutLead } from './acts.ts'
import { overlap } from './items.ts'
import { contentTerms } from './salience.ts'
import { BOUNDS, type OpenPoint, type SummaryState } from './state.ts'

const OPEN =
  /\b(?:(?:open|unresolved|outstanding) (?:question|issue|point)s?(?: (?:is|are|was|on|about|for))?\b|(?:is|are|that's|remains?) (?:still )?(?:open|undecided|unclear|unresolved|unsettled|to be decided|up in the air)\b|still (?:have to|need to|must) (?:decide|agree|settle|find out|figure out|choose|clarify)\b|(?:haven't|have not|not yet|didn't) (?:\S+ )?(?:decided|agreed|settled|resolved|figured out|chosen)\b|(?:we|nobody|no one) (?:still )?(?:don't|do not|doesn't|does not)? ?knows? yet\b|(?:to be|t b) (?:decided|determined|confirmed)\b|\btbd\b)/i

/** Takes what a turn says to be open, and drops what it settles. Changes the state that it is given. */
export function takeOpenPoints(state: SummaryState, turn: Turn, said: readonly string[]): void {
  const settled = state.decisions.filter((d) => d.touched === state.turns)
  state.open = state.open.filter(
    (point) => !settled.some((d) => overlap(d.text, point.text) >= 0.5),
  )
  for (const sentence of said) {
    const text = withoutLead(sentence)
    if (!OPEN.test(text) || isQuestion(text) || contentTerms(text).length < 2) continue
    if (/\bif\b|^(?:the window|the door)/i.test(text)) continue
    state.open = state.open.filter((point) => overlap(point.text, text) < 0.6)
    state.open.push({
      text: clip(text, BOUNDS.itemChars),
      who: turn.speaker.name,
      seq: turn.seq,
    })
    if (state.open.length > BOUNDS.open) state.open.shift()
  }
}

/** What nobody has answered: the question that is in the air, else what was last said to be open. */
export function openQuestion(state: SummaryState, since: number): OpenPoint | undefined {
  const at = state.recent.findLastIndex(({ text }) => isLong(text) && /\?["')\]]*$/.test(text))
  const asked = state.recent[at]
  const answered =
    asked !== undefined &&
    state.recent
      .slice(at + 1)
      .some((r) => r.who !== asked.who && (isLong(r.text) || accepts(r.text) || declines(r.text)))
  if (asked && !answered && asked.seq > since) {
    const question = asked.text.split(/(?<=[.!?])\s+/).at(-1) ?? asked.text
    if (isLong(question)) return { text: question, who: asked.who, seq: asked.seq }
  }
  return state.open?.findLast(({ seq }) => seq > since)
}

const isLong = (text: string) => text.split(' ').length >= 4
