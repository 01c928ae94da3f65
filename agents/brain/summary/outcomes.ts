import { cleanText, clip } from '../clean.ts'
import { sentences } from '../text.ts'
import type { Turn } from '../turn.ts'
import { actionText, type Claim, findClaim } from './actions.ts'
import { acceptsProposal, putToVote, saysDecision } from './acts.ts'
import { correct, takeOver } from './corrections.ts'
import { takeDecision } from './decisions.ts'
import { addAction, PRONOUN } from './items.ts'
import { answerPending } from './pending.ts'
import { topicTerms } from './salience.ts'
import { BOUNDS, type SummaryState } from './state.ts'

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

/** The sentences of a turn that patterns are matched on: clean, and of bounded length and number. */
export function spokenSentences(text: string): string[] {
  return sentences(cleanText(text))
    .slice(0, 60)
    .map((sentence) => sentence.slice(0, 400))
}
