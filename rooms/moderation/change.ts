import type { Actor, CaseView, EventDraft } from '#protocol'
import { insertCase, updateCase } from '../cases.ts'
import type { RoomCore } from '../core.ts'
import { imposeRow, liftRows } from '../restriction-rows.ts'
import type { Restriction } from '../restrictions.ts'
import { ACTION, acted } from './drafts.ts'

/** What becomes of cases and restrictions by one decision. */
export interface Change {
  /** Who decided. */
  actor: Actor
  target: string
  drafts: EventDraft[]
  /** A new case. */
  made?: CaseView
  /** Cases as they are from now on. */
  changed?: CaseView[]
  lifted?: Restriction[]
  imposed?: Restriction | undefined
  commandId?: string | undefined
}

/**
 * Commits a decision: its events, cases and restrictions together or not at all. What is imposed holds
 * in memory from the decision on, what is lifted holds until it is committed.
 */
export function createChanges(core: RoomCore, existing: (caseId: string) => Promise<CaseView>) {
  const { cases, restrictions } = core

  return async function change(wanted: Change): Promise<void> {
    const { actor, target, made, lifted = [], commandId } = wanted
    const changed = [...(wanted.changed ?? [])]
    const now = core.clock.now()
    const imposed = wanted.imposed && withReplaced(wanted.imposed, lifted)
    const replaced = imposed?.replaces && (await known(imposed.replaces.caseId))
    if (replaced && replaced.case !== imposed?.caseId) changed.push({ ...replaced, until: now })
    const before = await Promise.all(lifted.map(giveBack))
    const returned = before.flatMap((one) => (one && one.kind !== imposed?.kind ? [one] : []))
    const drafts = [...wanted.drafts]
    for (const one of returned) {
      const view = { ...(await known(one.caseId)), until: one.until }
      changed.push(view)
      drafts.push(acted({ ...view, action: ACTION[one.kind] }, actor, view.by))
    }
    drafts.push(...followUps())

    const held = imposed && restrictions.find(imposed.kind, imposed.userId)
    const restricted = () => {
      if (imposed || lifted.length > 0) core.signal({ kind: 'restricted', target })
    }
    // told before it is committed: what is decided is not to wait for a database that is away
    if (imposed) {
      restrictions.set(imposed)
      restricted()
    }
    try {
      await core.log.append(drafts, {
        ...(commandId === undefined ? {} : { commandId }),
        also: async (tx) => {
          if (made) await insertCase(tx, core.id, made)
          for (const view of changed) await updateCase(tx, view)
          await liftRows(tx, lifted, now)
          for (const one of returned) await imposeRow(tx, core.id, one, now)
          if (imposed) await imposeRow(tx, core.id, imposed, now)
        },
      })
    } catch (error) {
      if (imposed) restrictions.lift(imposed)
      if (held) restrictions.set(held)
      restricted()
      throw error
    }
    for (const one of lifted) restrictions.lift(one)
    for (const one of returned) restrictions.set(one)
    restricted()
    if (made) cases.put(made)
    for (const view of changed) cases.put(view)

    /** A case as this change leaves it. */
    async function known(caseId: string): Promise<CaseView> {
      return changed.find((view) => view.case === caseId) ?? existing(caseId)
    }

    /** What held before a restriction that is taken back, if it would hold still. */
    async function giveBack(taken: Restriction): Promise<Restriction | undefined> {
      let before = taken.replaces
      while (before && !stands(await known(before.caseId))) before = before.replaces
      if (!before || (before.until !== null && before.until <= now)) return undefined
      return { ...before, id: core.nextId() }
    }

    /** What follows for the room's picture of the person. */
    function followUps(): EventDraft[] {
      const present = core.participants.get(target)
      if (!present) return []
      const person: Actor = { id: target, name: present.name, kind: 'person' }
      if (imposed?.kind === 'removed')
        return [{ type: 'participant.left', actor: person, data: { reason: 'removed' } }]
      const mute = [imposed, ...returned].find((one) => one?.kind === 'muted')
      const unmuted = lifted.some((one) => one.kind === 'muted')
      if (!mute && !unmuted) return []
      const until = mute ? mute.until : 0
      return [{ type: 'participant.updated', actor: person, data: { muted_until: until } }]
    }
  }

  /** One that is taken back by the same decision is replaced by nothing. */
  function withReplaced(imposed: Restriction, lifted: Restriction[]): Restriction {
    const before = restrictions.find(imposed.kind, imposed.userId)
    if (!before || lifted.includes(before)) return imposed
    return { ...imposed, replaces: before }
  }
}

function stands({ status }: CaseView): boolean {
  return status === 'acted' || status === 'approved'
}
