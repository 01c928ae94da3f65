import {
  type Actor,
  type CaseView,
  type Command,
  type EventDraft,
  HubError,
  type Principal,
} from '#protocol'
import { insertCase, readCase, updateCase } from './cases.ts'
import { commandKey, person, type RoomCore, require } from './core.ts'
import { createKeyedLock } from './keyed-lock.ts'
import { imposeRow, liftRows } from './restriction-rows.ts'
import type { Restriction } from './restrictions.ts'
import type { ActionRequest } from './types.ts'

const POLICY: Actor = { id: 'agent:moderation', name: 'Aura', kind: 'agent' }
const KIND = { mute: 'muted', remove: 'removed' } as const
type Imposed = 'warn' | keyof typeof KIND

/**
 * Warn, mute, remove, restore. A restriction is a row with an end, written in one transaction with its
 * case and its events, and it holds in memory from the decision on.
 */
export function createModeration(core: RoomCore, deps: { moderates: (userId: string) => boolean }) {
  const { cases, restrictions } = core
  const locked = createKeyedLock()

  return {
    async act(principal: Principal, command: Command<'moderation.act'>): Promise<{ case: string }> {
      require(core, principal, 'moderate')
      const { target, action, reason, minutes, id } = command
      if (target === principal.userId) throw new HubError('invalid', 'You cannot act on yourself.')
      if (target === core.owner && action !== 'restore' && deps.moderates(target))
        throw new HubError('forbidden', "Nobody can act on the room's owner.")
      if (!core.participants.knows(target) && restrictions.of(target).length === 0)
        throw new HubError('not_found', 'Nobody of that id has been in the room.')
      return enforce(
        {
          target,
          action,
          reason,
          by: principal.userId,
          ...(minutes === undefined ? {} : { minutes }),
        },
        person(core, principal),
        commandKey(principal, id).commandId,
      )
    },

    enforce: (request: ActionRequest) => enforce(request, POLICY),

    async review(
      principal: Principal,
      command: Command<'moderation.review'>,
    ): Promise<{ duplicate?: true }> {
      require(core, principal, 'moderate')
      const { target } = await existing(command.case)
      return locked(target, () => review(principal, command))
    },
  }

  async function existing(caseId: string): Promise<CaseView> {
    const found = cases.get(caseId) ?? (await readCase(core, caseId))
    if (!found) throw new HubError('not_found', 'There is no such case.')
    return found
  }

  function enforce(request: ActionRequest, actor: Actor, commandId?: string) {
    return locked(request.target, () =>
      request.action === 'restore'
        ? restore(request, actor, commandId)
        : impose({ ...request, action: request.action }, actor, commandId),
    )
  }

  async function impose(
    request: ActionRequest & { action: Imposed },
    actor: Actor,
    commandId: string | undefined,
  ): Promise<{ case: string }> {
    const { target, action, reason, minutes, by, finding } = request
    const now = core.clock.now()
    const until = minutes === undefined ? null : Math.round(now + minutes * 60_000)
    const id = finding?.case ?? core.nextId()
    const name = core.participants.nameOf(target) ?? cases.about(target)[0]?.target_name ?? target
    const view: CaseView = {
      case: id,
      room: core.name,
      status: 'acted',
      target,
      target_name: name,
      action,
      minutes: minutes ?? null,
      until: action === 'warn' ? null : until,
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
    }
    const replaced = action === 'warn' ? undefined : restrictions.find(KIND[action], target)
    const superseded = replaced && { ...(await existing(replaced.caseId)), until: now }
    const restriction: Restriction | undefined =
      action === 'warn'
        ? undefined
        : { id: core.nextId(), userId: target, kind: KIND[action], caseId: id, until }
    const drafts = acted(view, action, actor, by)
    if (finding)
      drafts.unshift({
        type: 'moderation.flagged',
        actor,
        data: { ...finding, case: id, target },
      })
    await withRestriction(restriction, () =>
      core.log.append(drafts, {
        ...(commandId === undefined ? {} : { commandId }),
        also: async (tx) => {
          await insertCase(tx, core.id, view)
          if (superseded) await updateCase(tx, superseded)
          if (restriction) await imposeRow(tx, core.id, restriction, now)
        },
      }),
    )
    if (superseded) cases.put(superseded)
    cases.put(view)
    return { case: id }
  }

  /** What was done in a case, and what follows for the room's picture of the person. */
  function acted(view: CaseView, action: Imposed, actor: Actor, by: string): EventDraft[] {
    const { case: id, target, target_name: name, minutes, until, reason } = view
    const drafts: EventDraft[] = [
      {
        type: 'moderation.acted',
        actor,
        data: {
          ...{ case: id, target, action, reason, by },
          ...(minutes === null ? {} : { minutes }),
          ...(until === null ? {} : { until }),
        },
      },
    ]
    if (!core.participants.get(target)) return drafts
    const person: Actor = { id: target, name, kind: 'person' }
    if (action === 'mute')
      drafts.push({ type: 'participant.updated', actor: person, data: { muted_until: until } })
    if (action === 'remove')
      drafts.push({ type: 'participant.left', actor: person, data: { reason: 'removed' } })
    return drafts
  }

  async function restore(
    { target, reason, by }: ActionRequest,
    actor: Actor,
    commandId: string | undefined,
  ): Promise<{ case: string }> {
    const held = restrictions.of(target)
    const latest = held.at(-1)
    if (!latest) throw new HubError('conflict', 'This person is neither muted nor removed.')
    const undone = (await Promise.all(held.map(({ caseId }) => existing(caseId)))).map(
      (view): CaseView => ({ ...view, ...decided(by), status: 'undone' }),
    )
    await lift(held, undone, [restored(latest.caseId, target, actor, by, reason)], commandId)
    return { case: latest.caseId }
  }

  async function review(
    principal: Principal,
    { id, case: caseId, decision, note, minutes }: Command<'moderation.review'>,
  ): Promise<object> {
    const actor = person(core, principal)
    const found = await existing(caseId)
    if (found.target === principal.userId)
      throw new HubError('forbidden', 'You cannot decide a case about yourself.')
    const again = found.status === 'undone' || found.status === 'rejected'
    if (again || (found.status === 'approved' && decision === 'approve'))
      throw new HubError('conflict', `The case is ${found.status} already.`)
    const renewed = minutes === undefined ? undefined : renew(found, decision, minutes)
    const status = { approve: 'approved', reject: 'rejected', undo: 'undone' } as const
    const view: CaseView = {
      ...found,
      ...decided(principal.userId),
      status: status[decision],
      note: note ?? null,
      ...(renewed ? { minutes: minutes ?? null, until: renewed.until } : {}),
    }
    const reviewed: EventDraft = {
      type: 'moderation.reviewed',
      actor,
      data: { case: caseId, decision, ...(note === undefined ? {} : { note }) },
    }
    const held = decision === 'approve' ? [] : restrictions.ofCase(caseId)
    const drafts: EventDraft[] = [reviewed]
    if (held.length > 0)
      drafts.push(restored(caseId, found.target, actor, principal.userId, note ?? ''))
    const { commandId } = commandKey(principal, id)
    if (!renewed || !view.action) {
      await lift(held, [view], drafts, commandId)
      return {}
    }
    drafts.push(...acted(view, view.action, actor, principal.userId))
    await withRestriction(renewed, () =>
      core.log.append(drafts, {
        ...(commandId === undefined ? {} : { commandId }),
        also: async (tx) => {
          await updateCase(tx, view)
          await imposeRow(tx, core.id, renewed, core.clock.now())
        },
      }),
    )
    cases.put(view)
    return {}
  }

  /** The case's restriction with another end, counted from now. */
  function renew(found: CaseView, decision: string, minutes: number): Restriction {
    if (decision !== 'approve' || found.action === null || found.action === 'warn')
      throw new HubError('invalid', 'minutes go with the approval of a mute or a removal.')
    const kind = KIND[found.action]
    const holds = restrictions.find(kind, found.target)
    if (holds && holds.caseId !== found.case)
      throw new HubError('conflict', 'A newer case decides this now. Review that one.')
    const until = Math.round(core.clock.now() + minutes * 60_000)
    return { id: core.nextId(), userId: found.target, kind, caseId: found.case, until }
  }

  function restored(
    caseId: string,
    target: string,
    actor: Actor,
    by: string,
    reason: string,
  ): EventDraft {
    return {
      type: 'moderation.acted',
      actor,
      data: { case: caseId, target, action: 'restore', reason, by },
    }
  }

  async function lift(
    held: Restriction[],
    views: CaseView[],
    drafts: EventDraft[],
    commandId: string | undefined,
  ): Promise<void> {
    const muted = held.find((restriction) => restriction.kind === 'muted')
    const present = muted && core.participants.get(muted.userId)
    if (present)
      drafts.push({
        type: 'participant.updated',
        actor: { id: present.id, name: present.name, kind: 'person' },
        data: { muted_until: 0 },
      })
    await core.log.append(drafts, {
      ...(commandId === undefined ? {} : { commandId }),
      also: async (tx) => {
        await liftRows(tx, held, core.clock.now())
        for (const view of views) await updateCase(tx, view)
      },
    })
    for (const restriction of held) restrictions.lift(restriction)
    for (const view of views) cases.put(view)
  }

  /** Holds from now on; when it cannot be written, what was before holds again. */
  async function withRestriction(
    restriction: Restriction | undefined,
    write: () => Promise<unknown>,
  ): Promise<void> {
    if (!restriction) {
      await write()
      return
    }
    const before = restrictions.find(restriction.kind, restriction.userId)
    restrictions.set(restriction)
    try {
      await write()
    } catch (error) {
      restrictions.lift(restriction)
      if (before) restrictions.set(before)
      throw error
    }
  }

  function decided(by: string) {
    return { decided_at: core.clock.now(), decided_by: by }
  }
}
