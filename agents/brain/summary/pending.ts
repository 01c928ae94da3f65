import { clip } from '../clean.ts'
import type { Turn } from '../turn.ts'
import { actionText } from './actions.ts'
import { accepts, declines } from './acts.ts'
import { decideByVote } from './decisions.ts'
import { findDue } from './due.ts'
import { addAction, changeDue, clauseOf, evidence, latest, REACH } from './items.ts'
import { BOUNDS, type SummaryState } from './state.ts'

const WELCOME =
  /\b(?:please|yes|sure|ok(?:ay)?|that'd be (?:great|nice|lovely)|nice|awesome|that would (?:be great|help)|go ahead|by when|thank(?:s| you)|perfect|great|good idea|lovely|wonderful)\b/i

/** "I can bring cups" is no question, so that a mere "yeah" shows no more than that one listens. */
const GLADLY =
  /\b(?:please|that'd be (?:great|nice|lovely|good|helpful)|that would (?:be|help)|awesome|go ahead|by when|thank(?:s| you)(?!,? (?:mr|ms|mrs|madam|chair))|perfect|great|good idea|lovely|wonderful|yes,? do)\b|^sure\b/i

/** One takes what nobody in particular was asked for: a mere "yes" agrees that it has to be done. */
const TAKES_OPEN =
  /^(?:(?:ok(?:ay)?|oh|um|well|yes|yeah|sure|right)\b[,.! ]*)*(?:(?:I (?:can|could|will|do|would)|I'll)(?: (?:just |gladly )?(?:do|take|handle|manage|get|own) (?:it|that|this|them|care of)\b.*)?[.!,]*$|(?:I (?:can|will)|I'll) (?:do|take|handle) (?:it|that|this)\b|(?:me|let me|mine)[.!,]|(?:me|let me|mine)$|on it\b|leave it to me|I'm on it|happy to|will do|no problem)|^sure\b/i

/** "Yes" and "sorry, no" to what somebody was just asked. True when something was accepted. */
export function answerPending(state: SummaryState, turn: Turn, first: string): boolean {
  const { pending } = state
  if (!pending) return false
  if (state.turns - pending.turn > 4) {
    state.pending = null
    return false
  }
  const who = turn.speaker.name
  if (who === pending.by || (pending.to !== undefined && who !== pending.to)) return false
  const yes = pending.offer
    ? (pending.asked ? WELCOME : GLADLY).test(first)
    : pending.wanted
      ? TAKES_OPEN.test(first)
      : accepts(first)
  // "Don't forget to lock up." "I won't.": no refusal.
  const wont = /^(?:no,? )?i (?:won't|will not)[.!]*$/i.test(first)
  const forget = /\bforget\b/i.test(state.recent.at(-1)?.text ?? '')
  const no = declines(first) && !pending.wanted && !(wont && forget)
  if (!yes && !no) return false
  state.pending = null
  if (pending.decide !== undefined) {
    if (yes) decideByVote(state, turn, pending.decide, pending)
    return yes
  }
  const asked = state.actions.find((a) => a.evidence.includes(pending.seq))
  if (!yes) {
    // Refused by whom it was given to; somebody else may still take it.
    if (asked && pending.clause === undefined) {
      state.actions.splice(state.actions.indexOf(asked), 1)
      const { turn: at, seq, by } = pending
      const due = asked.due === undefined ? {} : { due: asked.due }
      if (asked.who && asked.text.startsWith(`${asked.who} will `))
        state.pending = { turn: at, seq, by, clause: clauseOf(asked), ...due }
    } else if (pending.clause !== undefined && !pending.offer) {
      const { to: _, ...open } = pending
      state.pending = open
    }
    return false
  }
  if (pending.clause !== undefined) {
    const due = findDue(first)?.when ?? pending.due
    const doer = pending.offer ? pending.by : who
    const kind = pending.offer ? ('promise' as const) : ('request' as const)
    addAction(state, {
      text: clip(actionText({ kind, who: doer, clause: pending.clause }), BOUNDS.itemChars),
      who: doer,
      ...(due ? { due } : {}),
      evidence: [pending.seq, turn.seq],
      touched: state.turns,
      at: turn.at,
    })
  } else if (pending.due !== undefined) {
    const last = latest(state)
    if (last && state.turns - last.touched <= REACH) {
      evidence(last, pending.seq)
      changeDue(last, pending.due, turn.seq)
    }
  } else if (asked) evidence(asked, turn.seq)
  return true
}
