import { term, terms } from '../text.ts'
import type { Turn } from '../turn.ts'
import { type Claim, findClaims } from './actions.ts'
import { cancels, isQuestion } from './acts.ts'
import { findDue } from './due.ts'
import { changeDue, evidence, latest, REACH } from './items.ts'
import { findPerson } from './names.ts'
import { topicTerms } from './salience.ts'
import type { Action, Decision, SummaryState } from './state.ts'

const CHANGES =
  /\b(?:(?:make|move|change|push|do) (?:it|that|this)|let's say|instead|rather|i mean(?:t)?|sorry|actually|correction|better|no|then)\b/i
const MOVES = /\b(?:make|move|change|push) (?:it|that|this)\b/i

/** "No, make it Thursday", "scratch that", "Bob can do it instead". True when the sentence was only that. */
export function correct(state: SummaryState, turn: Turn, sentence: string): boolean {
  const short = sentence.length < 90
  if (cancels(sentence) && short) return cancel(state, sentence)
  const last = latest(state)
  if (!last || state.turns - last.touched > REACH) return false
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

/** Drops what is named ("forget the band"), else what is still open, else what came last. Never all of the sentence. */
function cancel(state: SummaryState, sentence: string): false {
  const lists: (Action | Decision)[][] = [state.actions, state.decisions]
  const named = topicTerms(sentence)
  const near = lists.flat().filter((item) => state.turns - item.touched <= REACH)
  near.sort((a, b) => b.touched - a.touched)
  const meant = near.find((item) => {
    const there = new Set(topicTerms(item.text))
    return named.some((t) => there.has(t))
  })
  if (!meant && state.pending) {
    state.pending = null
    return false
  }
  const out = meant ?? near[0]
  for (const list of lists) {
    const at = out ? list.indexOf(out) : -1
    if (at >= 0) list.splice(at, 1)
  }
  return false
}

/** "Just kidding": what the same person just said was not meant. */
export function takeBack(state: SummaryState, turn: Turn): void {
  const before = state.recent.at(-1)
  const meant = (item: Action | Decision) =>
    item.evidence.length > 1 ||
    !(
      item.evidence[0] === turn.seq ||
      (before?.who === turn.speaker.name && item.evidence[0] === before.seq)
    )
  state.actions = state.actions.filter(meant)
  state.decisions = state.decisions.filter(meant)
}

const FINISHES =
  /^(?:do|finish|complete|handle|have|get|manage|deliver|take care of) (?:it|that|this|them)\b/i

/** "... is on me, I'll finish it by Monday": says when what was just given to the same person is due. */
export function finishes(state: SummaryState, turn: Turn, claim: Claim): boolean {
  if (claim.due === undefined || !FINISHES.test(claim.clause)) return false
  const last = state.actions.findLast(
    (a) => (!a.who || a.who === claim.who) && state.turns - a.touched <= REACH,
  )
  if (!last) return false
  if (!last.who && claim.who) giveTo(last, claim.who)
  changeDue(last, claim.due, turn.seq)
  last.touched = state.turns
  return true
}

function hasOwnWork(state: SummaryState, turn: Turn, sentence: string): boolean {
  return findClaims(sentence, turn.speaker.name, state.people).length > 0
}

const TAKES =
  /\b(?:I'll|I will|I can|let me) (?:do|take|handle|own|grab) (?:it|that|this|care of (?:it|that|this)|that one)\b/i
const GIVES =
  /\b(?:let )?(\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]*)?) (?:will|can|should|to|could)? ?(?:do|take|handle|own) (?:it|that|this|over)\b/u

/** "I'll take that": answers an open request, else takes over the last action item. */
export function takeOver(state: SummaryState, turn: Turn, sentence: string): boolean {
  if (isQuestion(sentence)) return false
  const given = GIVES.exec(sentence)?.[1]
  const last = state.actions.reduce<Action | undefined>(
    (a, b) => (a && a.touched > b.touched ? a : b),
    undefined,
  )
  if (!last || state.turns - last.touched > REACH) return false
  const verb = last.who ? undefined : TAKES_UP.exec(sentence)?.[1]
  const own = verb !== undefined && terms(last.text).includes(term(verb.toLowerCase()))
  const who =
    own || TAKES.test(sentence)
      ? turn.speaker.name
      : given
        ? findPerson(given, state.people)
        : undefined
  if (who === undefined) return false
  giveTo(last, who)
  evidence(last, turn.seq)
  last.touched = state.turns
  return true
}

function giveTo(item: Action, who: string): void {
  const before = item.who
  if (before && before !== who) {
    const called = item.text.includes(before) ? before : before.split(' ')[0]
    item.text = item.text.replace(called ?? before, who)
  } else if (!before && !/\bbe \p{L}+\b/u.test(item.text))
    item.text = `${who} will ${item.text.charAt(0).toLowerCase()}${item.text.slice(1)}`
  item.who = who
}

/** "I'll sign it", where somebody had to sign something. */
const TAKES_UP = /\bI(?:'ll| will| can)(?: just| also)? (\p{L}+) (?:it|them|that|this)\b/iu
