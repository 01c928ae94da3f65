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
  putToVote,
  revises,
  saysDecision,
  withoutLead,
} from './acts.ts'
import { findDue } from './due.ts'
import { findPerson } from './names.ts'
import { topicTerms } from './salience.ts'
import { type Action, BOUNDS, type Decision, type SummaryState } from './state.ts'

/** How many turns back "make it Thursday" or "yes" may reach. */
const REACH = 8
/** How many turns back a change of mind without the same words may reach for the decision that it changes. */
const MIND = 25

/** Takes what one turn decides, promises, asks for or corrects into the state. Changes the state it is given. */
export function takeOutcomes(state: SummaryState, turn: Turn, said: readonly string[]): void {
  const who = turn.speaker.name
  const accepted = answerPending(state, turn, said[0] ?? '')
  for (const [i, sentence] of said.entries()) {
    const before = said.slice(0, i)
    const vote = putToVote(sentence)
    if (vote !== undefined && topicTerms(vote).length > 1) {
      state.pending = {
        turn: state.turns,
        seq: turn.seq,
        by: who,
        decide: clip(vote, BOUNDS.itemChars),
      }
      continue
    }
    if (correct(state, turn, sentence)) continue
    const claim = findClaim(sentence, who, state.people)
    // "Yes. I'll call them": how it will be done, not one more thing to do.
    if (claim && accepted && claim.due === undefined && PRONOUN.test(claim.clause)) continue
    if (claim) takeClaim(state, turn, claim)
    else if (takeOver(state, turn, sentence)) continue
    if (saysDecision(sentence) || acceptsProposal(sentence))
      takeDecision(state, turn, sentence, before)
  }
}

const PRONOUN = /^\S+(?: (?:up|out|off|in))? (?:it|them|that|this|those|him|her)\b/i
const WELCOME =
  /\b(?:please do|yes,? please|that would (?:be great|help)|go ahead|by when|thank(?:s| you)|perfect|great|good idea|lovely|wonderful)\b/i

function takeClaim(state: SummaryState, turn: Turn, claim: Claim): void {
  if (claim.kind === 'request' || claim.kind === 'offer') {
    const offer = claim.kind === 'offer'
    state.pending = {
      turn: state.turns,
      seq: turn.seq,
      by: turn.speaker.name,
      clause: clip(claim.clause, BOUNDS.itemChars),
      ...(offer ? { offer: true as const } : claim.who ? { to: claim.who } : {}),
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

/** "Yes" and "sorry, no" to what somebody was just asked. True when something was accepted. */
function answerPending(state: SummaryState, turn: Turn, first: string): boolean {
  const { pending } = state
  if (!pending) return false
  if (state.turns - pending.turn > 4) {
    state.pending = null
    return false
  }
  const who = turn.speaker.name
  if (who === pending.by || (pending.to !== undefined && who !== pending.to)) return false
  const yes = pending.offer ? WELCOME.test(first) : accepts(first)
  if (!yes && !declines(first)) return false
  state.pending = null
  if (pending.decide !== undefined) {
    if (yes) decideByVote(state, turn, pending.decide, pending)
    return yes
  }
  const asked = state.actions.find((a) => a.evidence.includes(pending.seq))
  if (!yes) {
    // Refused by whom it was given to; somebody else may still take a request.
    if (asked && pending.clause === undefined) state.actions.splice(state.actions.indexOf(asked), 1)
    else if (pending.clause !== undefined && !pending.offer) {
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

function decideByVote(
  state: SummaryState,
  turn: Turn,
  text: string,
  asked: { seq: number; by: string },
): void {
  addDecision(
    state,
    {
      text: withoutLead(text),
      who: asked.by,
      evidence: [asked.seq, turn.seq],
      touched: state.turns,
      at: turn.at,
    },
    revises(text),
  )
}

const CHANGES =
  /\b(?:(?:make|move|change|push|do) (?:it|that|this)|let's say|instead|rather|i mean(?:t)?|sorry|actually|correction|better|no|then)\b/i
const MOVES = /\b(?:make|move|change|push) (?:it|that|this)\b/i

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
  let who = turn.speaker.name
  const seqs = [turn.seq]
  if (!saysDecision(sentence) || terms(own).length < 3) {
    const here = before.findLast((s) => proposes(s))
    const there = state.recent.findLast((r) => r.who !== turn.speaker.name && proposes(r.text))
    if (here !== undefined) text = here
    else if (there) {
      text = sentences(there.text).find(proposes) ?? there.text
      seqs.unshift(there.seq)
      who = there.who
      // "Agreed, nobody reads it anyway" is an opinion; "agreed, we drop it" says itself what is decided.
    } else if (!/\b(?:we|let's)\b/i.test(own) || terms(own).length < 4) return
    text = withoutLead(text).replace(/\?+$/, '')
  }
  if (topicTerms(text).filter((t) => !DECIDING.has(t)).length < 1 || terms(text).length < 3) return
  const revision =
    revises(sentence) ??
    before
      .filter((b) => b.length < 60)
      .map(revises)
      .find(Boolean)
  addDecision(
    state,
    {
      text: clip(bareDecision(text), BOUNDS.itemChars),
      who,
      evidence: seqs,
      touched: state.turns,
      at: turn.at,
    },
    revision,
  )
}

/** Without the words that make it one: "we've decided, we ship on Friday" is "we ship on Friday". */
function bareDecision(text: string): string {
  const bare = text
    .replace(
      /^(?:so |then |i take (?:it|that) back,? |(?:we|we've)(?: have| all| just| now)* (?:decided|agreed)(?: that|,|:) |agreed[:,] |(?:decision|decided): |(?:it's|that's) (?:settled|decided|agreed)(?: then)?[,:] )+/i,
      '',
    )
    .replace(/,? (?:and )?(?:that's|it's) (?:decided|settled|agreed|final)(?: then)?[.!]?$/i, '')
  const kept = bare.split(' ').length >= 3 ? bare : text
  return kept.charAt(0).toUpperCase() + kept.slice(1)
}

const DECIDING = new Set(terms('decided agreed settled decision agree decide'))

function addDecision(
  state: SummaryState,
  made: Decision,
  revision: 'maybe' | 'sure' | undefined,
): void {
  const alike = (d: Decision) => overlap(d.text, made.text)
  const ranked = state.decisions
    .map((decision) => ({ decision, score: alike(decision) }))
    .sort((a, b) => b.score - a.score)
  const closest = ranked[0]
  let old = closest && closest.score >= (revision ? 0.25 : 0.6) ? closest.decision : undefined
  const last = state.decisions.at(-1)
  if (!old && revision === 'sure' && last && state.turns - last.touched <= MIND) old = last
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
    (a) => (!a.who || !made.who || a.who === made.who) && sameWork(a, made),
  )
  if (same) {
    const due = made.due ?? same.due
    const fuller = clauseOf(made).length < clauseOf(same).length / 2
    Object.assign(same, made, {
      text: fuller ? same.text : made.text,
      evidence: [...new Set([...same.evidence, ...made.evidence])].slice(-BOUNDS.evidence),
    })
    if (due) changeDue(same, due, made.evidence.at(-1) ?? 0)
    return
  }
  state.actions.push(made)
  if (state.actions.length > BOUNDS.actions) state.actions.shift()
}

/** What is to be done, without who and by when. */
function clauseOf(action: Action): string {
  let text = action.text.replace(`${action.who ?? ''} will `, '')
  if (action.due) text = text.replace(action.due, '')
  return text
}

/** The same work said again; "order them" after "order ten gateways" is. */
function sameWork(a: Action, b: Action): boolean {
  const [left, right] = [clauseOf(a), clauseOf(b)]
  if (
    PRONOUN.test(right) &&
    left.split(' ')[0]?.toLowerCase() === right.split(' ')[0]?.toLowerCase()
  )
    return true
  return overlap(left, right) >= 0.6
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
