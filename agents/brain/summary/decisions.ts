import { clip } from '../clean.ts'
import { sentences, terms } from '../text.ts'
import type { Turn } from '../turn.ts'
import { proposes, revises, saysDecision, withoutLead } from './acts.ts'
import { overlap } from './items.ts'
import { topicTerms } from './salience.ts'
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
