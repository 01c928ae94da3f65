import { cleanText, clip } from '../clean.ts'
import { sentences, terms } from '../text.ts'
import type { Turn } from '../turn.ts'
import { actionText, type Claim, findClaim } from './actions.ts'
import {
  accepts,
  acceptsProposal,
  cancels,
  declines,
  isQuestion,
  proposes,
  revises,
  saysDecision,
  withoutLead,
} from './acts.ts'
import { findDue } from './due.ts'
import { findPerson } from './names.ts'
import { type Action, BOUNDS, type Decision, type SummaryState } from './state.ts'

/** How many turns back "make it Thursday" or "yes" may reach. */
const REACH = 8
/** How many turns back a change of mind without the same words may reach for the decision that it changes. */
const MIND = 25

/** Takes what one turn decides, promises, asks for or corrects into the state. Changes the state it is given. */
export function takeOutcomes(state: SummaryState, turn: Turn, said: readonly string[]): void {
  const who = turn.speaker.name
  answerPending(state, turn, said[0] ?? '')
  for (const [i, sentence] of said.entries()) {
    const before = said.slice(0, i)
    if (correct(state, turn, sentence)) continue
    const claim = findClaim(sentence, who, state.people)
    if (claim) takeClaim(state, turn, claim)
    else if (takeOver(state, turn, sentence)) continue
    if (saysDecision(sentence) || acceptsProposal(sentence))
      takeDecision(state, turn, sentence, before)
  }
}

function takeClaim(state: SummaryState, turn: Turn, claim: Claim): void {
  if (claim.kind === 'request') {
    state.pending = {
      turn: state.turns,
      seq: turn.seq,
      by: turn.speaker.name,
      clause: claim.clause,
      ...(claim.who ? { to: claim.who } : {}),
      ...(claim.due ? { due: claim.due } : {}),
    }
    return
  }
  addAction(state, {
    text: clip(actionText(claim), BOUNDS.itemChars),
    ...(claim.who ? { who: claim.who } : {}),
    ...(claim.due ? { due: claim.due } : {}),
    evidence: [turn.seq],
    touched: state.turns,
    at: turn.at,
  })
  if (claim.kind === 'assigned' && claim.who && claim.who !== turn.speaker.name)
    state.pending = { turn: state.turns, seq: turn.seq, by: turn.speaker.name, to: claim.who }
}

/** "Yes" and "sorry, no" to what somebody was just asked. */
function answerPending(state: SummaryState, turn: Turn, first: string): void {
  const { pending } = state
  if (!pending) return
  if (state.turns - pending.turn > 4) {
    state.pending = null
    return
  }
  const who = turn.speaker.name
  if (who === pending.by || (pending.to !== undefined && who !== pending.to)) return
  const asked = state.actions.find((a) => a.evidence.includes(pending.seq))
  if (pending.clause !== undefined && accepts(first)) {
    const due = findDue(first)?.when ?? pending.due
    const claim = { kind: 'request' as const, who, clause: pending.clause }
    addAction(state, {
      text: clip(actionText(claim), BOUNDS.itemChars),
      who,
      ...(due ? { due } : {}),
      evidence: [pending.seq, turn.seq],
      touched: state.turns,
      at: turn.at,
    })
    state.pending = null
  } else if (pending.clause === undefined && pending.due !== undefined && accepts(first)) {
    const last = latest(state)
    if (last && state.turns - last.touched <= REACH) changeDue(last, pending.due, turn.seq)
    state.pending = null
  } else if (declines(first)) {
    if (asked && pending.clause === undefined) state.actions.splice(state.actions.indexOf(asked), 1)
    state.pending = null
  } else if (asked && accepts(first)) {
    evidence(asked, turn.seq)
    state.pending = null
  }
}

const CHANGES =
  /\b(?:make (?:it|that)|move (?:it|that|this)|change (?:it|that|this)|push (?:it|that|this)|let's say|instead|rather|i mean(?:t)?|sorry|actually|correction|better|no)\b/i

/** "No, make it Thursday", "scratch that", "Bob can do it instead". True when the sentence was only that. */
function correct(state: SummaryState, turn: Turn, sentence: string): boolean {
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
  const due = findDue(sentence)?.when
  if (due && short && CHANGES.test(sentence) && !hasOwnWork(state, turn, sentence)) {
    if (isQuestion(sentence)) {
      state.pending = { turn: state.turns, seq: turn.seq, by: turn.speaker.name, due }
      return true
    }
    changeDue(last, due, turn.seq)
    last.touched = state.turns
    return true
  }
  const asked = state.recent.at(-1)
  if (due && short && asked && /\b(?:when|deadline|how soon|what day)\b.*\?/i.test(asked.text)) {
    changeDue(last, due, turn.seq)
    return !hasOwnWork(state, turn, sentence)
  }
  return false
}

function hasOwnWork(state: SummaryState, turn: Turn, sentence: string): boolean {
  return findClaim(sentence, turn.speaker.name, state.people) !== undefined
}

const TAKES =
  /\b(?:I'll|I will|I can|let me) (?:do|take|handle|own|grab) (?:it|that|this|care of (?:it|that|this)|that one)\b/i
const GIVES =
  /\b(?:let )?(\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]*)?) (?:will|can|should|to|could)? ?(?:do|take|handle|own) (?:it|that|this|over)\b/u

/** "I'll take that": answers an open request, else takes over the last action item. */
function takeOver(state: SummaryState, turn: Turn, sentence: string): boolean {
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

function takeDecision(
  state: SummaryState,
  turn: Turn,
  sentence: string,
  before: readonly string[],
): void {
  const own = withoutLead(sentence)
  let text = own
  const seqs = [turn.seq]
  if (acceptsProposal(sentence) && terms(own).length < 5) {
    const here = before.findLast((s) => proposes(s))
    const there = state.recent.findLast((r) => r.who !== turn.speaker.name && proposes(r.text))
    if (here === undefined && !there) return
    if (here === undefined && there) {
      text = sentences(there.text).find(proposes) ?? there.text
      seqs.unshift(there.seq)
    } else text = here ?? own
    text = withoutLead(text).replace(/\?+$/, '')
  }
  const said = terms(text)
  if (said.length < 2) return
  addDecision(
    state,
    {
      text: clip(text, BOUNDS.itemChars),
      who: turn.speaker.name,
      evidence: seqs,
      touched: state.turns,
      at: turn.at,
    },
    revises(sentence) || before.some((s) => s.length < 60 && revises(s)),
  )
}

function addDecision(state: SummaryState, made: Decision, revision: boolean): void {
  const alike = (d: Decision) => overlap(d.text, made.text)
  const ranked = state.decisions
    .map((decision) => ({ decision, score: alike(decision) }))
    .sort((a, b) => b.score - a.score)
  const closest = ranked[0]
  let old = closest && closest.score >= (revision ? 0.3 : 0.6) ? closest.decision : undefined
  const last = state.decisions.at(-1)
  if (!old && revision && last && state.turns - last.touched <= MIND) old = last
  if (old) {
    state.decisions.splice(state.decisions.indexOf(old), 1)
    // What it replaces stays as evidence of how it came about, what is said now comes last.
    made.evidence = [...new Set([...old.evidence, ...made.evidence])].slice(-BOUNDS.evidence)
  }
  state.decisions.push(made)
  if (state.decisions.length > BOUNDS.decisions) state.decisions.shift()
}

function addAction(state: SummaryState, made: Action): void {
  const same = state.actions.find(
    (a) => (!a.who || !made.who || a.who === made.who) && overlap(a.text, made.text) >= 0.6,
  )
  if (same) {
    const due = made.due ?? same.due
    Object.assign(same, made, {
      evidence: [...new Set([...same.evidence, ...made.evidence])].slice(-BOUNDS.evidence),
      ...(due ? { due } : {}),
    })
    return
  }
  state.actions.push(made)
  if (state.actions.length > BOUNDS.actions) state.actions.shift()
}

function changeDue(item: Action | Decision, due: string, seq: number): void {
  const old = findDue(item.text)
  if (old) item.text = item.text.replace(old.when, due)
  if ('due' in item || !old) (item as Action).due = due
  evidence(item, seq)
}

function evidence(item: Action | Decision, seq: number): void {
  item.evidence = [...new Set([...item.evidence, seq])].slice(-BOUNDS.evidence)
}

function latest(state: SummaryState): Action | Decision | undefined {
  const action = state.actions.reduce<Action | undefined>(
    (a, b) => (a && a.touched > b.touched ? a : b),
    undefined,
  )
  const decision = state.decisions.reduce<Decision | undefined>(
    (a, b) => (a && a.touched > b.touched ? a : b),
    undefined,
  )
  if (!action || !decision) return action ?? decision
  return decision.touched > action.touched ? decision : action
}

/** Shared content terms, as part of the shorter text's. */
export function overlap(a: string, b: string): number {
  const left = new Set(terms(a))
  const right = new Set(terms(b))
  if (left.size === 0 || right.size === 0) return 0
  let shared = 0
  for (const t of left) if (right.has(t)) shared++
  return shared / Math.min(left.size, right.size)
}

/** The sentences of a turn that patterns are matched on: clean, and of bounded length and number. */
export function spokenSentences(text: string): string[] {
  return sentences(cleanText(text))
    .slice(0, 60)
    .map((sentence) => sentence.slice(0, 400))
}
