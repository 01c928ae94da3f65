import { clip } from '../clean.ts'
import type { Turn } from '../turn.ts'
import { findPerson } from './names.ts'
import { takeOpenPoints } from './open.ts'
import { spokenSentences, takeOutcomes } from './outcomes.ts'
import { countTerms } from './salience.ts'
import { takeIntoSegment, trimTerms } from './segments.ts'
import { BOUNDS, emptySummary, type SummaryState } from './state.ts'

/**
 * The summary after some more turns. Pure; reads the new turns only, so the cost does not grow with the meeting; turns at
 * or below `upto` are skipped, so a batch that comes twice counts once. How turns are cut into batches changes nothing.
 */
export function updateSummary(state: SummaryState, newTurns: readonly Turn[]): SummaryState {
  const fresh = newTurns.filter((turn) => turn.seq > state.upto)
  if (fresh.length === 0) return state
  // A checkpoint may be older than a part of the state.
  const next: SummaryState = { ...emptySummary(), ...JSON.parse(JSON.stringify(state)) }
  for (const turn of fresh) takeTurn(next, turn)
  return next
}

function takeTurn(state: SummaryState, turn: Turn): void {
  const who = turn.speaker.name
  state.turns++
  state.upto = turn.seq
  if (!state.people.includes(who)) greet(state, clip(who, 80))
  const said = spokenSentences(turn.text)
  const clean = said.join(' ').slice(0, 4_000)
  countTerms(state, clean)
  takeOutcomes(state, turn, said)
  takeOpenPoints(state, turn, said)
  takeIntoSegment(state, { ...turn, text: clean }, said)
  state.recent.push({ seq: turn.seq, who, text: clip(said.join(' '), BOUNDS.recentChars) })
  if (state.recent.length > BOUNDS.recentTurns) state.recent.shift()
  for (const segment of state.segments.slice(0, -1)) trimTerms(segment, BOUNDS.segmentTerms)
  // Measured when what came since the last time may have filled it, not at every turn.
  state.slack -= GROWTH + GROWTH_PER_BYTE * Buffer.byteLength(clean + who)
  if (state.slack <= 0) state.slack = BOUNDS.bytes - bound(state)
}

/** By how much a turn may make the state grow at most: whatever it says, and for each byte, as a word is kept in many places. */
const [GROWTH, GROWTH_PER_BYTE] = [500, 12]

/** Who was spoken of by a part of their name, before they spoke, is from now on called as the room shows them. */
function greet(state: SummaryState, name: string): void {
  state.people.push(name)
  if (state.people.length > BOUNDS.people) state.people.shift()
  const meant = (called: string | undefined) =>
    called !== undefined && called !== name && findPerson(called, [name]) === name
  for (const action of state.actions) {
    if (!action.who || !meant(action.who) || state.people.includes(action.who)) continue
    if (!action.text.includes(name)) action.text = action.text.replace(action.who, name)
    action.who = name
  }
  if (state.pending?.to && meant(state.pending.to)) state.pending.to = name
}

/** Letters of some scripts take three bytes; whatever the language, the state stays within its bytes. */
function bound(state: SummaryState): number {
  const size = () => Buffer.byteLength(JSON.stringify({ ...state, slack: 0 }))
  let bytes = size()
  for (; bytes > BOUNDS.bytes; bytes = size()) {
    const entries = Object.entries(state.terms)
    const fullest = state.segments.reduce((a, b) =>
      b.candidates.length > a.candidates.length ? b : a,
    )
    if (Object.keys(state.phrases).length > 0 && entries.length <= 200) state.phrases = {}
    else if (entries.length > 120) {
      entries.sort((a, b) => b[1][0] - a[1][0])
      state.terms = Object.fromEntries(entries.slice(0, entries.length - 40))
    } else if (fullest.candidates.length > 1) fullest.candidates.shift()
    else if (state.decisions.length > 5) state.decisions.shift()
    else if (state.actions.length > 5) state.actions.shift()
    else if (state.open.length > 0) state.open.shift()
    else if (state.people.length > 5) state.people.shift()
    else if (state.recent.length > 1) state.recent.shift()
    else break
  }
  return bytes
}
