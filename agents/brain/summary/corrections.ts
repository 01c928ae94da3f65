import type { Turn } from '../turn.ts'
import { findClaim } from './actions.ts'
import { cancels, isQuestion } from './acts.ts'
import { findDue } from './due.ts'
import { changeDue, evidence, latest, REACH } from './items.ts'
import { findPerson } from './names.ts'
import type { Action, Decision, SummaryState } from './state.ts'

const CHANGES =
  /\b(?:(?:make|move|change|push|do) (?:it|that|this)|let's say|instead|rather|i mean(?:t)?|sorry|actually|correction|better|no|then)\b/i
const MOVES = /\b(?:make|move|change|push) (?:it|that|this)\b/i

/** "No, make it Thursday", "scratch that", "Bob can do it instead". True when the sentence was only that. */
export function correct(state: SummaryState, turn: Turn, sentence: string): boolean {
  const last = latest(state)
  if (!last || state.turns - last.touched > REACH) return false
  const short = sentence.length < 90
  if (cancels(sentence) && short) {
    for (const list of [state.actions, state.decisions] as (Action | Decision)[][]) {
      const at = list.indexOf(last)
      if (at >= 0) list.splice(at, 1)
    }
    return false
  }
  const found = findDue(sentence)
  if (!found || !short || hasOwnWork(state, turn, sentence)) return false
  const due = found.when
  const asked = state.recent.at(-1)
  const replies =
    asked !== undefined && /\b(?:when|deadline|how soon|what day)\b.*\?/i.test(asked.text)
  // A date and little else changes the date; with a verb of its own ("the budget closes tonight") it is something else.
  const changes = MOVES.test(sentence) || (found.others <= 4 && CHANGES.test(sentence))
  if (!changes && !(replies && found.others <= 6)) return false
  if (isQuestion(sentence)) {
    state.pending = { turn: state.turns, seq: turn.seq, by: turn.speaker.name, due }
    return true
  }
  changeDue(last, due, turn.seq)
  last.touched = state.turns
  return true
}

function hasOwnWork(state: SummaryState, turn: Turn, sentence: string): boolean {
  return findClaim(sentence, turn.speaker.name, state.people) !== undefined
}

const TAKES =
  /\b(?:I'll|I will|I can|let me) (?:do|take|handle|own|grab) (?:it|that|this|care of (?:it|that|this)|that one)\b/i
const GIVES =
  /\b(?:let )?(\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]*)?) (?:will|can|should|to|could)? ?(?:do|take|handle|own) (?:it|that|this|over)\b/u

/** "I'll take that": answers an open request, else takes over the last action item. */
export function takeOver(state: SummaryState, turn: Turn, sentence: string): boolean {
  if (isQuestion(sentence)) return false
  const given = GIVES.exec(sentence)?.[1]
  const who = TAKES.test(sentence)
    ? turn.speaker.name
    : given
      ? findPerson(given, state.people)
      : undefined
  if (who === undefined) return false
  const last = state.actions.reduce<Action | undefined>(
    (a, b) => (a && a.touched > b.touched ? a : b),
    undefined,
  )
  if (last && state.turns - last.touched <= REACH) {
    if (last.who && last.who !== who) last.text = last.text.replace(last.who, who)
    else if (!last.who)
      last.text = `${who} will ${last.text.charAt(0).toLowerCase()}${last.text.slice(1)}`
    last.who = who
    evidence(last, turn.seq)
    last.touched = state.turns
    return true
  }
  return false
}
