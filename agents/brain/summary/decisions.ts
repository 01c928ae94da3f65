import { clip } from '../clean.ts'
import { sentences, terms } from '../text.ts'
import type { Turn } from '../turn.ts'
import {
  accepts,
  isQuestion,
  proposes,
  proposesFirmly,
  revises,
  saysDecision,
  withoutLead,
} from './acts.ts'
import { findDue } from './due.ts'
import { overlap } from './items.ts'
import { contentTerms, isNumber } from './salience.ts'
import { BOUNDS, type Decision, type SummaryState } from './state.ts'

/** How many turns back a change of mind without the same words may reach for the decision that it changes. */
const MIND = 25

export function takeDecision(
  state: SummaryState,
  turn: Turn,
  sentence: string,
  before: readonly string[],
): void {
  const own = withoutLead(sentence)
  let text = own
  let who = turn.speaker.name
  const seqs = [turn.seq]
  if (!saysDecision(sentence) || contentTerms(own).length < 1) {
    const here =
      before.findLast((s) => proposes(s)) ?? (BARE.test(own) ? before.findLast(states) : undefined)
    const there = state.recent
      .slice(-NEAR)
      .findLast((r) => r.who !== turn.speaker.name && proposes(r.text))
    if (here !== undefined) text = here
    else if (there) {
      text = sentences(there.text).find(proposes) ?? there.text
      seqs.unshift(there.seq)
      who = there.who
      // "Agreed, nobody reads it anyway" is an opinion; "agreed, we drop it" says itself what is decided.
    } else if (!/\b(?:we|let's)\b/i.test(own) || terms(own).length < 4 || DO_THIS.test(own)) return
    text = withoutLead(text).replace(/\?+$/, '')
  }
  if (content(text) < 1 || REASON.test(bareDecision(text))) return
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
      /^(?:so |then |(?:no,? )?scratch that,? |i take (?:it|that) back,? |(?:we|we've)(?: have| all| just| now)* (?:decided|agreed)(?: that|,|:) |agreed[:,] |(?:decision|decided): |(?:it's|that's) (?:settled|decided|agreed)(?: then)?[,:] )+/i,
      '',
    )
    .replace(/,? (?:and )?(?:that's|it's) (?:decided|settled|agreed|final)(?: then)?[.!]?$/i, '')
  const kept = bare.split(' ').length >= 3 ? bare : text
  return kept.charAt(0).toUpperCase() + kept.slice(1)
}

/** What is left of "we decided, because it's not on the list" is no decision. */
const REASON = /^(?:'?cause|because|since)\b/i

/** May be what "that's settled" is about: said plainly, in few words, and no reason for something else. */
const states = (text: string) =>
  !isQuestion(text) &&
  content(text) > 1 &&
  text.length < 120 &&
  !/^(?:'?cause|because|since|already)\b/i.test(text)
/** Says what follows rather than what is decided: "let's do this, and then we ...". */
const DO_THIS = /^(?:let's|we'll) do (?:that|it|this)\b/i
/** Turns back to which "agreed" may answer. */
const NEAR = 4
const BARE =
  /^(?:(?:so |and )?(?:that's|that is|it's|it is) )?(?:decided|settled|final|agreed)(?: then)?[.!]*$/i
const content = (text: string) => contentTerms(text).length

/** "Let's use Slack." "Sure.": a plain yes to what another just proposed decides it. */
export function agreeToLast(state: SummaryState, turn: Turn, first: string): void {
  const last = state.recent.at(-1)
  if (!last || last.who === turn.speaker.name || !accepts(first) || /\bbut\b/i.test(first)) return
  const text = sentences(last.text).at(-1)
  if (text === undefined || !proposesFirmly(text) || content(text) < 1) return
  addDecision(
    state,
    {
      text: clip(bareDecision(withoutLead(text)), BOUNDS.itemChars),
      who: last.who,
      evidence: [last.seq, turn.seq],
      touched: state.turns,
      at: turn.at,
    },
    revises(text),
  )
}

function addDecision(
  state: SummaryState,
  made: Decision,
  revision: 'maybe' | 'sure' | undefined,
): void {
  const alike = (d: Decision) =>
    Math.max(overlap(d.text, made.text), sameButValue(d.text, made.text) ? 1 : 0)
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

/** "Launch on May 3rd" and "launch on June 1st": on the same thing, with another date or number. */
function sameButValue(a: string, b: string): boolean {
  if (/\b(?:also|as well|too|another|second|both)\b/i.test(b)) return false
  const [left, right] = [subject(a), subject(b)]
  const dates = left.due !== undefined && right.due !== undefined
  if (!dates && !(left.numbers > 0 && right.numbers > 0)) return false
  const shared = left.terms.filter((t) => right.terms.includes(t)).length
  const least = Math.min(left.terms.length, right.terms.length)
  return least > 0 && shared / least >= 0.6
}

function subject(text: string) {
  const found = findDue(text)
  const all = contentTerms(found ? text.replace(found.phrase, ' ') : text)
  return {
    due: found?.when,
    numbers: all.filter(isNumber).length,
    terms: [...new Set(all.filter((t) => !isNumber(t)))],
  }
}

export function decideByVote(
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
