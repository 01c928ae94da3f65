import { cleanText, clip } from '../clean.ts'
import { sentences } from '../text.ts'
import type { Turn } from '../turn.ts'
import { actionText, type Claim, findClaims } from './actions.ts'
import {
  acceptsProposal,
  cancels,
  jokes,
  laughs,
  proposesFirmly,
  putToVote,
  revises,
  saysDecision,
} from './acts.ts'
import { correct, finishes, takeBack, takeOver } from './corrections.ts'
import { agreeToLast, takeDecision } from './decisions.ts'
import { enumerated } from './enumerated.ts'
import { addAction, overlap, PRONOUN } from './items.ts'
import { mended } from './mend.ts'
import { answerPending } from './pending.ts'
import { topicTerms } from './salience.ts'
import { BOUNDS, type SummaryState } from './state.ts'

/** Takes what one turn decides, promises, asks for or corrects into the state. Changes the state it is given. */
export function takeOutcomes(state: SummaryState, turn: Turn, said: readonly string[]): void {
  const who = turn.speaker.name
  const first = said[0] ?? ''
  const accepted = answerPending(state, turn, first)
  if (!accepted) agreeToLast(state, turn, first)
  for (const [i, spoken] of said.entries()) {
    const sentence = mended(spoken)
    if (laughs(sentence)) continue
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
    if (jokes(sentence)) {
      takeBack(state, turn)
      continue
    }
    // "Let's use Slack. No, scratch that, ...": takes back what was just proposed, and nothing noted before.
    const own = cancels(sentence) && before.some(proposesFirmly)
    if (!own && correct(state, turn, sentence)) continue
    const claims = findClaims(sentence, who, state.people)
    for (const claim of claims) {
      // "Yes. I'll call them": how it will be done, not one more thing to do.
      if (accepted && claim.due === undefined && PRONOUN.test(claim.clause)) continue
      if (revises(spoken)) replaced(state, turn, claim)
      takeClaim(state, turn, claim)
    }
    if (claims.length === 0 && takeOver(state, turn, sentence)) continue
    if (decides(state, sentence)) takeDecision(state, turn, sentence, before)
  }
}

/** Says so plainly, agrees to what was proposed, or puts something else in the place of what was decided. */
function decides(state: SummaryState, sentence: string): boolean {
  return (
    saysDecision(sentence) ||
    acceptsProposal(sentence) ||
    (state.decisions.length > 0 && revises(sentence) === 'sure' && proposesFirmly(sentence))
  )
}

function takeClaim(state: SummaryState, turn: Turn, claim: Claim): void {
  const { kind } = claim
  if (kind === 'request' || kind === 'offer' || kind === 'wanted') {
    // What is said to be needed waits behind what somebody was asked.
    if (kind === 'wanted' && state.pending?.to !== undefined && state.pending.clause) return
    state.pending = {
      turn: state.turns,
      seq: turn.seq,
      by: turn.speaker.name,
      clause: clip(claim.clause, BOUNDS.itemChars),
      ...(kind === 'offer' ? { offer: true as const } : {}),
      ...(claim.asked ? { asked: true as const } : {}),
      ...(kind === 'wanted' ? { wanted: true as const } : {}),
      ...(kind === 'request' && claim.who ? { to: claim.who } : {}),
      ...(claim.due ? { due: claim.due } : {}),
    }
    return
  }
  if (state.pending?.wanted) state.pending = null
  if (finishes(state, turn, claim)) return
  addAction(state, {
    text: clip(actionText(claim, turn.speaker.name), BOUNDS.itemChars),
    ...(claim.who ? { who: claim.who } : {}),
    ...(claim.due ? { due: claim.due } : {}),
    evidence: [turn.seq],
    touched: state.turns,
    at: turn.at,
  })
  if (kind === 'assigned' && claim.who && claim.who !== turn.speaker.name)
    state.pending = { turn: state.turns, seq: turn.seq, by: turn.speaker.name, to: claim.who }
}

/** "I'll call them. Actually no, Ben will": the work that the same turn gave to another is theirs no more. */
function replaced(state: SummaryState, turn: Turn, claim: Claim): void {
  if (claim.kind !== 'assigned' && claim.kind !== 'promise') return
  state.actions = state.actions.filter(
    (a) =>
      a.evidence.at(-1) !== turn.seq || a.who === claim.who || overlap(a.text, claim.clause) < 0.6,
  )
}

/** The sentences of a turn that patterns are matched on: clean, and of bounded length and number. */
export function spokenSentences(text: string): string[] {
  return enumerated(cleanText(text))
    .flatMap(sentences)
    .slice(0, 60)
    .map((sentence) => sentence.slice(0, 400))
}
