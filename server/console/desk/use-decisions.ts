import { useMemo } from 'preact/hooks'
import type { CaseView, Hub } from '#protocol/client'
import { useApp } from '../app/context.ts'
import { sayAction } from './cases.ts'

type Action = NonNullable<CaseView['action']>

export interface Change {
  action: Action
  /** Absent: until undone. */
  minutes?: number
}

export interface Decisions {
  claim(one: CaseView): Promise<boolean>
  approve(one: CaseView, change?: Change): Promise<boolean>
  reject(one: CaseView): Promise<boolean>
  undo(one: CaseView): Promise<boolean>
}

/** What a moderator does with a case. Each says what has come of it, and answers whether it was done. */
export function useDecisions(): Decisions {
  const { session, toasts } = useApp()
  return useMemo(() => {
    async function tried(what: (hub: Hub) => Promise<unknown>, done: string, undo?: CaseView) {
      const hub = session.hub.peek()
      if (hub === undefined) return false
      try {
        await what(hub)
        toasts.done(done, undo === undefined ? {} : { undo: () => decisions.undo(undo) })
        return true
      } catch (error) {
        toasts.error(error)
        return false
      }
    }
    const decisions: Decisions = {
      claim: (one) => {
        const on = one.claimed_by !== session.user.peek()?.id
        return tried(
          (hub) => hub.command('moderation.claim', { case: one.case, on }),
          on ? `You are at ${one.target_name}’s case.` : `${one.target_name}’s case is free again.`,
        )
      },
      approve: (one, change) => {
        const { action, minutes } = change ?? { action: one.action, minutes: one.minutes }
        return tried(
          (hub) =>
            hub.command('moderation.review', { case: one.case, decision: 'approve', ...change }),
          `Approved for ${one.target_name}: ${sayAction(action, minutes ?? null).toLowerCase()}.`,
          one,
        )
      },
      reject: (one) =>
        tried(
          (hub) => hub.command('moderation.review', { case: one.case, decision: 'reject' }),
          `Rejected: nothing is held against ${one.target_name}.`,
        ),
      undo: (one) =>
        tried(
          (hub) => hub.command('moderation.review', { case: one.case, decision: 'undo' }),
          `Undone: ${one.target_name} is as before.`,
        ),
    }
    return decisions
  }, [session, toasts])
}
