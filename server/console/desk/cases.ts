import type { CaseView } from '#protocol/client'
import { ACTIONS, sayClock, sayMinutes } from '../app/say.ts'

const WEIGHT: Record<CaseView['gravity'], number> = { grave: 2, high: 1, low: 0 }

/**
 * Cases that wait for a person: the gravest first, of these the one that waits longest. One without an end is
 * the policy's own: what it does follows at once.
 */
export function waiting(cases: readonly CaseView[]): CaseView[] {
  return cases
    .filter(({ status, expires_at }) => status === 'open' && expires_at !== null)
    .sort((a, b) => WEIGHT[b.gravity] - WEIGHT[a.gravity] || a.opened_at - b.opened_at)
}

/** Cases in which something was decided, by the policy or a person: the newest first. */
export function decided(cases: readonly CaseView[]): CaseView[] {
  return cases
    .filter(({ status }) => status !== 'open')
    .sort((a, b) => (b.decided_at ?? b.opened_at) - (a.decided_at ?? a.opened_at))
}

/** Whether what was done about the person holds still, so that it can be taken back. */
export function isUndoable({ status, action, until }: CaseView, now: number): boolean {
  if (status !== 'acted' && status !== 'approved') return false
  return action !== null && (until === null || until > now)
}

/** Whether a person has not yet said what they think of it. */
export function isReviewable({ status }: CaseView): boolean {
  return status === 'open' || status === 'acted'
}

/** An action with its length: "Mute for 5 min", "Remove until undone". */
export function sayAction(action: CaseView['action'], minutes: number | null): string {
  if (action === null) return 'Nothing'
  const { label: word } = ACTIONS[action]
  if (action === 'warn') return word
  return minutes === null ? `${word} until undone` : `${word} for ${sayMinutes(minutes)}`
}

/** What is told of cases that have begun to wait, the gravest first. */
export function sayNews(fresh: readonly CaseView[], waiting: number): string {
  const [first] = fresh
  if (first === undefined) return ''
  const { target_name, action, minutes, gravity } = first
  const what = `${target_name}, ${sayAction(action, minutes).toLowerCase()} is proposed, ${gravity}`
  const news = fresh.length === 1 ? `New case: ${what}.` : `${fresh.length} new cases. ${what}.`
  return `${news} ${waiting} ${waiting === 1 ? 'case waits' : 'cases wait'}.`
}

/** What has become of a case. */
export function sayStatus(one: CaseView): string {
  const by = one.decided_by === 'policy' ? 'the policy' : one.decided_by
  const said: Record<CaseView['status'], string> = {
    open: 'Waits',
    acted: one.by === 'policy' ? 'Done by the policy' : `Done by ${one.by}`,
    approved: one.note === 'expired' ? 'Approved, as nobody decided' : `Approved by ${by}`,
    rejected: `Rejected by ${by}`,
    undone: `Undone by ${by}`,
    expired: 'Dropped, as nobody decided',
  }
  return said[one.status]
}

/** How long until then, as a clock: 0:00 is when it is there. */
export function sayLeft(ms: number): string {
  return sayClock(Math.ceil(ms / 1000) * 1000)
}
