import {
  type Actor,
  type CaseView,
  type EventDraft,
  HubError,
  type ModerationAction,
} from '#protocol'

/** The agent in whose name the policy acts. */
export const POLICY: Actor = { id: 'agent:moderation', name: 'Aura', kind: 'agent' }
export const KIND = { mute: 'muted', remove: 'removed' } as const
export const ACTION = { muted: 'mute', removed: 'remove' } as const

/** What was found; of a case that waits, also what is proposed. */
export function flagged(view: CaseView): EventDraft {
  const { case: id, target, target_name, categories, scores, evidence, stage, gravity } = view
  const { reason, status, action, minutes, expires_at, on_expiry } = view
  return {
    type: 'moderation.flagged',
    actor: POLICY,
    data: {
      ...{ case: id, target, target_name, categories, scores, evidence, stage, gravity, reason },
      ...(status === 'open' && action !== null ? { action } : {}),
      ...(status === 'open' && minutes !== null ? { minutes } : {}),
      ...(expires_at === null ? {} : { expires_at }),
      ...(on_expiry === null ? {} : { on_expiry }),
    },
  }
}

/** What was done in a case. */
export function acted(view: CaseView, actor: Actor, by: string): EventDraft {
  const { case: id, target, target_name, minutes, until, reason, action } = view
  if (action === null) throw new HubError('internal', 'A case without an action cannot be acted.')
  return {
    type: 'moderation.acted',
    actor,
    data: {
      ...{ case: id, target, target_name, action, reason, by },
      ...(minutes === null ? {} : { minutes }),
      ...(until === null ? {} : { until }),
    },
  }
}

/** What was imposed in a case is taken back. */
export function restored(view: CaseView, actor: Actor, by: string, reason: string): EventDraft {
  const { case: id, target, target_name } = view
  const action: ModerationAction = 'restore'
  return {
    type: 'moderation.acted',
    actor,
    data: { case: id, target, target_name, action, reason, by },
  }
}

/** The end of so many minutes; none: until undone. A warning has no end. */
export function endOf(
  action: CaseView['action'],
  minutes: number | null,
  now: number,
): number | null {
  return action === 'warn' || minutes === null ? null : Math.round(now + minutes * 60_000)
}
