import type { CaseView } from '#protocol/client'

const WEIGHT: Record<CaseView['gravity'], number> = { grave: 2, high: 1, low: 0 }

/** Cases that wait for a person: the gravest first, of these the one that waits longest. */
export function waiting(cases: readonly CaseView[]): CaseView[] {
  return cases
    .filter(({ status }) => status === 'open')
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
  if (action === 'warn') return 'Warn'
  const word = action === 'mute' ? 'Mute' : 'Remove'
  return minutes === null ? `${word} until undone` : `${word} for ${sayMinutes(minutes)}`
}

function sayMinutes(minutes: number): string {
  if (minutes < 1) return `${Math.max(1, Math.round(minutes * 60))} s`
  if (minutes >= 1440 && minutes % 1440 === 0) return `${minutes / 1440} d`
  if (minutes >= 60 && minutes % 60 === 0) return `${minutes / 60} h`
  return `${Math.round(minutes * 10) / 10} min`
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

/** A span as a clock shows it: 4:05, or 1:04:05. */
export function sayClock(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000))
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  const two = (n: number) => String(n).padStart(2, '0')
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`
}

/** How long ago, in one unit. */
export function sayAgo(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return 'just now'
  if (minutes < 60) return `${minutes} min`
  if (minutes < 1440) return `${Math.floor(minutes / 60)} h`
  return `${Math.floor(minutes / 1440)} d`
}
