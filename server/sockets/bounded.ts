import type { CaseView } from '#protocol'

/** How many bytes of events one answer holds: well below what closes a slow reader's connection. */
const MAX_ANSWER_BYTES = 256 * 1024
/** The same of moderation cases, which come beside events; and how many of them. */
const MAX_CASES_BYTES = 128 * 1024
const MAX_CASES = 100

/** An answer whose events are cut where they get too long for one frame; `more` tells it. */
export function bounded<T extends { events: object[] }>(answer: T): T & { more?: true } {
  const events = within(answer.events, MAX_ANSWER_BYTES)
  return events.length === answer.events.length ? answer : { ...answer, events, more: true }
}

/**
 * The cases that matter most: open ones, the gravest first and of these what waits longest, then the newest of the
 * others. REST pages all of them.
 */
export function boundedCases(cases: readonly CaseView[]): CaseView[] {
  const weight = ({ status, gravity }: CaseView) => (status === 'open' ? WEIGHT[gravity] : 0)
  const sorted = cases.toSorted(
    (a, b) =>
      weight(b) - weight(a) ||
      (a.status === 'open' ? a.opened_at - b.opened_at : b.opened_at - a.opened_at),
  )
  return within(sorted.slice(0, MAX_CASES), MAX_CASES_BYTES)
}

const WEIGHT: Record<CaseView['gravity'], number> = { grave: 3, high: 2, low: 1 }

/** The first of a list, at least one of it, that are not too long together. */
function within<T extends object>(list: T[], maxBytes: number): T[] {
  let bytes = 0
  const end = list.findIndex((item, i) => {
    bytes += Buffer.byteLength(JSON.stringify(item))
    return i > 0 && bytes > maxBytes
  })
  return end === -1 ? list : list.slice(0, end)
}
