/**
 * Warn, mute, remove, restore, and the cases that say why. A restriction is a row with an end, written in one
 * transaction with its case and its events. A case that waits for a person is `open`: it proposes, and does nothing.
 */
import {
  type Actor,
  type CaseView,
  type Command,
  type EventDraft,
  HubError,
  type Principal,
  type RestrictionView,
} from '#protocol'
import { readCase } from '../cases.ts'
import { commandKey, person, type RoomCore, require } from '../core.ts'
import { createKeyedLock } from '../keyed-lock.ts'
import type { Restriction } from '../restrictions.ts'
import { createChanges } from './change.ts'
import { createClaims } from './claims.ts'
import { acted, endOf, flagged, KIND, POLICY, restored } from './drafts.ts'
import { createReviews } from './reviews.ts'
import type { ActionRequest, Proposal, ReviewOptions } from './types.ts'

type Imposed = Exclude<ActionRequest['action'], 'restore'>

export function createModeration(core: RoomCore, deps: { moderates: (userId: string) => boolean }) {
  const { cases, restrictions } = core
  const locked = createKeyedLock()
  const claims = createClaims(core)
  const change = createChanges(core, existing)
  const reviews = createReviews(core, { change, claims, spared })

  return {
    async act(principal: Principal, command: Command<'moderation.act'>): Promise<{ case: string }> {
      require(core, principal, 'moderate')
      const { target, action, reason, minutes, id } = command
      if (target === principal.userId) throw new HubError('invalid', 'You cannot act on yourself.')
      if (action !== 'restore' && spared(target))
        throw new HubError('forbidden', "Nobody can act on the room's owner.")
      if (!core.participants.knows(target) && restrictions.of(target).length === 0)
        throw new HubError('not_found', 'Nobody of that id has been in the room.')
      const request: ActionRequest = {
        ...{ target, action, reason, by: principal.userId },
        ...(minutes === undefined ? {} : { minutes }),
      }
      const actor = person(core, principal)
      const { commandId } = commandKey(principal, id)
      return locked(target, () =>
        action === 'restore'
          ? restore(request, actor, commandId)
          : impose({ ...request, action }, actor, commandId),
      )
    },

    /** For the policy. Undefined when it was no longer allowed to act: then nothing was done. */
    enforce: (request: ActionRequest): Promise<{ case: string } | undefined> =>
      locked(request.target, async () => {
        if (request.allowed && !request.allowed()) return undefined
        return request.action === 'restore'
          ? restore(request, POLICY, undefined)
          : impose({ ...request, action: request.action }, POLICY, undefined)
      }),

    /** Makes a case that waits for a person; one of that id that is there already stays as it is. */
    propose: ({ finding, expiresAt, onExpiry, ...request }: Proposal): Promise<{ case: string }> =>
      locked(request.target, async () => {
        const known = finding.case === undefined ? undefined : await find(finding.case)
        if (known) return { case: known.case }
        const made: CaseView = {
          ...newCase({ ...request, finding, by: 'policy' }),
          ...{ status: 'open', until: null, decided_at: null, decided_by: null },
          ...{ expires_at: expiresAt, on_expiry: onExpiry },
        }
        await change({ actor: POLICY, target: made.target, drafts: [flagged(made)], made })
        return { case: made.case }
      }),

    async review(
      principal: Principal,
      command: Command<'moderation.review'>,
      { seen, first = [] }: ReviewOptions = {},
    ): Promise<{ duplicate?: true }> {
      require(core, principal, 'moderate')
      const { target, status } = await existing(command.case)
      return locked(target, async () =>
        reviews.review(principal, command, await existing(command.case), {
          seen: seen ?? status,
          first,
        }),
      )
    },

    /** Nobody has decided it in time. Whether that was so still. */
    async expire(
      caseId: string,
      decision: 'approve' | 'reject',
      first: EventDraft[] = [],
    ): Promise<boolean> {
      const { target } = await existing(caseId)
      return locked(target, async () => reviews.expire(await existing(caseId), decision, first))
    },

    async claim(principal: Principal, command: Command<'moderation.claim'>): Promise<object> {
      require(core, principal, 'moderate')
      const { case: id, status, decided_by: by } = await existing(command.case)
      if (command.on && status !== 'open' && status !== 'acted')
        throw new HubError('conflict', `The case is ${status} already.`, {
          details: { status, decided_by: by },
        })
      claims.set(id, principal.userId, command.on)
      return {}
    },

    caseOf: find,
    restricted: (): RestrictionView[] => restrictions.all().map(restrictionView),
    stop: claims.stop,
  }

  async function find(caseId: string): Promise<CaseView | undefined> {
    const known = cases.get(caseId)
    if (known) return known
    const stored = await readCase(core, caseId)
    return stored && { ...stored, claimed_by: claims.of(caseId) }
  }

  async function existing(caseId: string): Promise<CaseView> {
    const found = await find(caseId)
    if (!found) throw new HubError('not_found', 'There is no such case.')
    return found
  }

  /**
   * The owner, where they moderate: nobody but the policy acts on them. Also while they are away, since they could not come
   * in to undo it. Who is here by a token that does not moderate is a person like any other.
   */
  function spared(userId: string): boolean {
    if (userId !== core.owner) return false
    return deps.moderates(userId) || core.participants.get(userId) === undefined
  }

  function nameOf(userId: string): string {
    return core.participants.nameOf(userId) ?? cases.about(userId)[0]?.target_name ?? userId
  }

  function newCase(request: Omit<ActionRequest, 'action'> & { action: Imposed }): CaseView {
    const { target, action, reason, minutes = null, by, finding } = request
    const now = core.clock.now()
    return {
      case: finding?.case ?? core.nextId(),
      room: core.name,
      status: 'acted',
      target,
      target_name: nameOf(target),
      action,
      minutes,
      until: endOf(action, minutes, now),
      reason,
      by,
      stage: finding?.stage ?? 'person',
      categories: finding?.categories ?? [],
      scores: finding?.scores ?? {},
      evidence: finding?.evidence ?? [],
      opened_at: now,
      decided_at: now,
      decided_by: by,
      note: null,
      gravity: finding?.gravity ?? 'high',
      ...{ expires_at: null, on_expiry: null, claimed_by: null },
    }
  }

  async function impose(
    request: ActionRequest & { action: Imposed },
    actor: Actor,
    commandId: string | undefined,
  ): Promise<{ case: string }> {
    const { target, action, by, finding, first = [] } = request
    const made = newCase(request)
    const { case: caseId, until } = made
    await change({
      ...{ actor, target, made, commandId },
      drafts: [...(finding ? [flagged(made)] : []), ...first, acted(made, actor, by)],
      ...(action === 'warn'
        ? {}
        : { imposed: { id: core.nextId(), userId: target, kind: KIND[action], caseId, until } }),
    })
    return { case: caseId }
  }

  async function restore(
    { target, reason, by }: ActionRequest,
    actor: Actor,
    commandId: string | undefined,
  ): Promise<{ case: string }> {
    const lifted = restrictions.of(target)
    const held = await Promise.all(lifted.map(({ caseId }) => existing(caseId)))
    const latest = held.at(-1)
    if (!latest) throw new HubError('conflict', 'This person is neither muted nor removed.')
    const decided = { status: 'undone' as const, decided_at: core.clock.now(), decided_by: by }
    await change({
      ...{ actor, target, commandId, drafts: [restored(latest, actor, by, reason)] },
      changed: held.map((one) => ({ ...one, ...decided })),
      // nothing that held before comes back: the person is to be free
      lifted: lifted.map(({ replaces: _, ...one }) => one),
    })
    return { case: latest.case }
  }

  function restrictionView({ userId, kind, until, caseId }: Restriction): RestrictionView {
    const of = caseId === '' ? null : caseId
    return { target: userId, target_name: nameOf(userId), kind, until, case: of }
  }
}
