import { terms } from '../text.ts'
import { findDue } from './due.ts'
import { type Action, BOUNDS, type Decision, type SummaryState } from './state.ts'

/** How many turns back "make it Thursday" or "yes" may reach. */
export const REACH = 8

/** Names its object by a pronoun only: "send it". */
export const PRONOUN = /^\S+(?: (?:up|out|off|in))? (?:it|them|that|this|those|him|her)\b/i

export function addAction(state: SummaryState, made: Action): void {
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
export function clauseOf(action: Action): string {
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

export function changeDue(item: Action | Decision, due: string, seq: number): void {
  const old = findDue(item.text)
  if (old) item.text = item.text.replace(old.when, due)
  if ('due' in item || !old) (item as Action).due = due
  evidence(item, seq)
}

export function evidence(item: Action | Decision, seq: number): void {
  item.evidence = [...new Set([...item.evidence, seq])].slice(-BOUNDS.evidence)
}

export function latest(state: SummaryState): Action | Decision | undefined {
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
