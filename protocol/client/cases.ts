import type { CaseView } from '../acks.ts'
import type { RoomEventOf, WireEvent } from '../events.ts'

/**
 * A list of cases after an event: pure, for a desk over many rooms as for one room. Begins with
 * `watchDesk()` or a snapshot; new cases come first. Events that concern no case change nothing.
 */
export function reduceCases(cases: readonly CaseView[], event: WireEvent): readonly CaseView[] {
  // what is pending comes again once it is committed
  if ('pending' in event) return cases
  switch (event.type) {
    case 'moderation.flagged':
      return flagged(cases, event)
    case 'moderation.acted':
      return event.data.action === 'restore' ? restored(cases, event) : acted(cases, event)
    case 'moderation.reviewed':
      return reviewed(cases, event)
    case 'moderation.claimed': {
      const { case: id, by } = event.data
      return changed(cases, id, (one) => ({ ...one, claimed_by: by }))
    }
    case 'erased': {
      // a case goes with what it is about
      const { room, seq } = event
      const goes = (one: CaseView) => one.room === room && one.evidence.includes(seq)
      return cases.some(goes) ? cases.filter((one) => !goes(one)) : cases
    }
    default:
      return cases
  }
}

function flagged(cases: readonly CaseView[], event: RoomEventOf<'moderation.flagged'>) {
  const { categories, scores, evidence, stage, gravity, target_name, reason } = event.data
  const { action = null, minutes = null, expires_at = null, on_expiry = null } = event.data
  const before = cases.find((one) => one.case === event.data.case) ?? blank(event, event.data.case)
  return placed(cases, {
    ...before,
    ...{ categories, scores, evidence, stage, action, minutes, expires_at, on_expiry },
    target_name: target_name ?? before.target_name,
    gravity: gravity ?? before.gravity,
    reason: reason ?? before.reason,
  })
}

function acted(cases: readonly CaseView[], event: RoomEventOf<'moderation.acted'>) {
  const { case: id, target, target_name, action, minutes, until, reason, by } = event.data
  // others than moderators and the person are not told the case
  if (id === undefined || action === 'restore') return cases
  const before = cases.find((one) => one.case === id) ?? blank(event, id)
  const actor = by ?? event.actor.id
  const after: CaseView = {
    ...before,
    ...{ action, minutes: minutes ?? null, until: until ?? null, ...CLOSED },
    target_name: target_name ?? before.target_name,
    reason: reason ?? before.reason,
    // an approval comes before the action that it allows; and what is taken back gives back an older one
    ...(before.status === 'open'
      ? { status: 'acted', by: actor, decided_at: event.at, decided_by: actor }
      : {}),
  }
  // one mute and one removal hold at a time: the newer ends the older
  const ended = (one: CaseView) =>
    one.case !== id && one.target === target && one.action === action && holds(one, event.at)
      ? { ...one, until: event.at }
      : one
  return placed(action === 'warn' ? cases : cases.map(ended), after)
}

function restored(cases: readonly CaseView[], event: RoomEventOf<'moderation.acted'>) {
  const { case: id, target, by } = event.data
  const own = cases.find((one) => one.case === id)
  // a review that took its case back has said so already
  if (own && !counts(own)) return cases
  const decided = { decided_at: event.at, decided_by: by ?? event.actor.id }
  return cases.map(
    (one): CaseView =>
      one.target === target && holds(one, event.at)
        ? { ...one, status: 'undone', ...decided }
        : one,
  )
}

function reviewed(cases: readonly CaseView[], event: RoomEventOf<'moderation.reviewed'>) {
  const { case: id, decision, note } = event.data
  const taken = { approve: 'approved', reject: 'rejected', undo: 'undone' } as const
  const expired = event.actor.kind === 'system' && decision === 'reject'
  return changed(cases, id, (one) => ({
    ...one,
    ...{ status: expired ? 'expired' : taken[decision], ...CLOSED },
    ...{ decided_at: event.at, decided_by: event.actor.id, note: note ?? null },
  }))
}

/** What only a case that waits has. */
const CLOSED = { expires_at: null, on_expiry: null, claimed_by: null }

function blank(
  event: RoomEventOf<'moderation.flagged' | 'moderation.acted'>,
  id: string,
): CaseView {
  const by = event.actor.kind === 'person' ? event.actor.id : 'policy'
  return {
    ...{ case: id, room: event.room, status: 'open', target: event.data.target, target_name: '' },
    ...{ action: null, minutes: null, until: null, reason: '', by, stage: 'person' },
    ...{ categories: [], scores: {}, evidence: [], opened_at: event.at, gravity: 'high' },
    ...{ decided_at: null, decided_by: null, note: null, ...CLOSED },
  }
}

function counts({ status }: CaseView): boolean {
  return status === 'acted' || status === 'approved'
}

function holds(one: CaseView, now: number): boolean {
  const restricts = one.action === 'mute' || one.action === 'remove'
  return restricts && counts(one) && (one.until === null || one.until > now)
}

function changed(cases: readonly CaseView[], id: string, change: (one: CaseView) => CaseView) {
  return cases.map((one) => (one.case === id ? change(one) : one))
}

function placed(cases: readonly CaseView[], one: CaseView): readonly CaseView[] {
  const at = cases.findIndex((other) => other.case === one.case)
  return at < 0 ? [one, ...cases] : cases.with(at, one)
}
