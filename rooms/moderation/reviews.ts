import {
  type Actor,
  type CaseView,
  type Command,
  type EventDraft,
  HubError,
  type Principal,
} from '#protocol'
import { commandKey, person, type RoomCore, SYSTEM } from '../core.ts'
import type { Restriction } from '../restrictions.ts'
import type { Change } from './change.ts'
import type { Claims } from './claims.ts'
import { acted, endOf, KIND, restored } from './drafts.ts'
import type { ReviewOptions } from './types.ts'

type Review = Command<'moderation.review'>

export interface ReviewsDeps {
  change(change: Change): Promise<void>
  claims: Claims
  /** Whom no moderator acts on. */
  spared(userId: string): boolean
}

const STATUS = { approve: 'approved', reject: 'rejected', undo: 'undone' } as const

/** What people, or the end of a case's time, decide about it. */
export function createReviews(core: RoomCore, { change, claims, spared }: ReviewsDeps) {
  const { restrictions } = core

  return {
    /** What others decided since the reviewer saw the case goes first. */
    async review(
      principal: Principal,
      command: Review,
      found: CaseView,
      { seen, first }: Required<ReviewOptions>,
    ): Promise<object> {
      const { decision, note, action = found.action, id } = command
      const { userId } = principal
      if (found.target === userId)
        throw new HubError('forbidden', 'You cannot decide a case about yourself.')
      refuseDecided(found, decision, seen)
      refuseWrongChange(found, command)
      const changes =
        action !== found.action || (command.minutes ?? found.minutes) !== found.minutes
      if (changes && spared(found.target))
        throw new HubError('forbidden', "Nobody can act on the room's owner.")
      const actor = person(core, principal)
      const { commandId } = commandKey(principal, id)
      const decided = {
        ...found,
        ...closed(userId, note ?? null),
        status: STATUS[decision],
      }
      const reviewed: EventDraft = {
        type: 'moderation.reviewed',
        actor,
        data: { case: found.case, decision, ...(note === undefined ? {} : { note }) },
      }
      if (decision === 'approve') {
        const minutes = command.minutes ?? (action === found.action ? found.minutes : null)
        const same = command.action === undefined && command.minutes === undefined
        const view = { ...decided, action, minutes: action === 'warn' ? null : minutes }
        if (found.status === 'acted' && same)
          await commit(decided, { actor, drafts: [reviewed], commandId })
        else await carryOut(found, view, [...first, reviewed], { actor, by: userId, commandId })
        return {}
      }
      const lifted = restrictions.ofCase(found.case)
      const drafts: EventDraft[] = [reviewed]
      if (lifted.length > 0) drafts.push(restored(found, actor, userId, note ?? ''))
      await commit(decided, { actor, drafts, lifted, commandId })
      return {}
    },

    /** Whether it was still open. */
    async expire(
      found: CaseView,
      decision: 'approve' | 'reject',
      first: EventDraft[],
    ): Promise<boolean> {
      if (found.status !== 'open') return false
      const view: CaseView = {
        ...found,
        ...closed(SYSTEM.id, 'expired'),
        status: decision === 'approve' ? 'approved' : 'expired',
      }
      const reviewed: EventDraft = {
        type: 'moderation.reviewed',
        actor: SYSTEM,
        data: { case: found.case, decision, note: 'expired' },
      }
      if (decision === 'approve')
        await carryOut(found, view, [...first, reviewed], { actor: SYSTEM, by: 'policy' })
      else await commit(view, { actor: SYSTEM, drafts: [reviewed] })
      return true
    },
  }

  /** Does what a case proposes, or something else in place of what was done. */
  async function carryOut(
    found: CaseView,
    wanted: CaseView,
    before: EventDraft[],
    { actor, by, commandId }: { actor: Actor; by: string; commandId?: string | undefined },
  ): Promise<void> {
    const { action, minutes, target, case: caseId } = wanted
    const until = endOf(action, minutes, core.clock.now())
    const view: CaseView = { ...wanted, until }
    const imposed: Restriction | undefined =
      action === null || action === 'warn'
        ? undefined
        : { id: core.nextId(), userId: target, kind: KIND[action], caseId, until }
    const holding = imposed && restrictions.find(imposed.kind, target)
    if (found.status !== 'open' && holding && holding.caseId !== caseId)
      throw new HubError('conflict', 'A newer case decides this now. Review that one.')
    const lifted = restrictions.ofCase(caseId).filter(({ kind }) => kind !== imposed?.kind)
    const drafts = [...before, acted(view, actor, by)]
    await commit(view, { actor, drafts, lifted, imposed, commandId })
  }

  async function commit(
    view: CaseView,
    rest: Omit<Change, 'target' | 'made' | 'changed'>,
  ): Promise<void> {
    await change({ ...rest, target: view.target, changed: [view] })
    claims.drop(view.case)
  }

  function closed(by: string, note: string | null) {
    return {
      ...{ decided_at: core.clock.now(), decided_by: by, note },
      ...{ expires_at: null, on_expiry: null, claimed_by: null },
    }
  }
}

/** What is decided stays so; what was approved can be undone. */
function refuseDecided(found: CaseView, decision: Review['decision'], seen: string): void {
  const { status, action, decided_by, decided_at } = found
  const over = status === 'rejected' || status === 'undone' || status === 'expired'
  const approved = status === 'approved' && decision !== 'undo'
  const overtaken = seen === 'open' && status !== 'open'
  if (over || approved || overtaken)
    throw new HubError('conflict', `The case is ${status} already.`, {
      details: { status, action, decided_by, decided_at },
    })
}

function refuseWrongChange(found: CaseView, { decision, action, minutes }: Review): void {
  if (decision !== 'approve' && (action !== undefined || minutes !== undefined))
    throw new HubError('invalid', 'action and minutes go with an approval.')
  if (minutes !== undefined && (action ?? found.action) === 'warn')
    throw new HubError('invalid', 'minutes go with a mute or a removal.')
}
