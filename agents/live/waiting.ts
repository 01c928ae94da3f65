import { isUnavailable } from '#db'
import {
  type CaseView,
  type Command,
  type EventDraft,
  HubError,
  type ModerationPolicy,
  type Principal,
} from '#protocol'
import { type Step, stepOf } from '../graphs/ladder.ts'
import type { ModerationContext, Ruling } from '../graphs/moderation.ts'
import type { RoomContext } from './context.ts'

/** The longest time that one timer runs: beyond 24 days they overflow, ms. */
const LONGEST_TIMER_MS = 86_400_000
/** Until a decision that the database did not take is tried again, ms. */
const AGAIN_MS = 5_000

export interface WaitingDeps {
  context: RoomContext
  policy(): ModerationPolicy
  /** What the moderation graph may touch. */
  graph(text: string): ModerationContext
  lastWords(target: string, step: Step, reason: string): EventDraft[]
}

/** The cases of a room that wait for a person: their reviews, and the end of their time. */
export function createWaiting({ context, policy, graph, lastWords }: WaitingDeps) {
  const { room, workflows, clock, signal } = context
  const failed = context.failed('moderation')
  const timers = new Map<string, () => void>()
  const running = new Set<Promise<void>>()

  /** Resolves once the ruling is committed; what follows it goes on. */
  function rule(
    view: CaseView,
    ruling: Ruling,
    commit: (ruling: Ruling) => Promise<unknown>,
  ): Promise<void> {
    let committed = false
    return new Promise((resolve, reject) => {
      const done: Promise<void> = workflows
        .rule(view, ruling, {
          ...graph(''),
          async settle(decided) {
            await commit(decided)
            committed = true
            resolve()
            return taken(view.case)
          },
        })
        .then(resolve)
        .catch((error: unknown) => {
          if (committed) failed(error)
          else reject(error)
        })
        .finally(() => running.delete(done))
      running.add(done)
    })
  }

  /** What was done in a case, once it is decided. */
  async function taken(caseId: string): Promise<Step | null> {
    const view = await room.caseOf(caseId)
    return view?.status === 'approved' ? stepOf(view) : null
  }

  function watch(view: Pick<CaseView, 'case' | 'expires_at'>, inMs?: number): void {
    timers.get(view.case)?.()
    const left = (view.expires_at ?? 0) - clock.now()
    const wait = Math.min(Math.max(inMs ?? left, 0), LONGEST_TIMER_MS)
    timers.set(
      view.case,
      clock.after(wait, () => {
        if ((view.expires_at ?? 0) > clock.now()) watch(view)
        else
          expire(view.case).catch((error: unknown) => {
            failed(error)
            if (!signal.aborted) watch(view, AGAIN_MS)
          })
      }),
    )
  }

  async function expire(caseId: string): Promise<void> {
    const view = await room.caseOf(caseId)
    if (view?.status !== 'open' || signal.aborted) return
    const ruling = { decision: view.on_expiry ?? 'reject', expired: true }
    await rule(view, ruling, ({ decision }) =>
      decision === 'approve'
        ? room.expire(caseId, 'approve', wordsFor(view))
        : room.expire(caseId, 'reject'),
    )
  }

  function wordsFor(view: CaseView): EventDraft[] {
    const step = stepOf(view)
    return step ? lastWords(view.target, step, view.reason) : []
  }

  return {
    watch,

    /** Somebody decided it: no time ends any more. */
    unwatch(caseId: string) {
      timers.get(caseId)?.()
      timers.delete(caseId)
    },

    /** After a start: every open case waits again, and what ran out meanwhile is decided. */
    async takeUp(): Promise<void> {
      const open = room.openCases()
      for (const view of open) watch(view)
      // one whose thread cannot be made now gets it with its ruling
      for (const view of open) await workflows.waits(view.case, graph('')).catch(failed)
    },

    /** Decides a case as a person: of an open one by its thread, of any other by the room. */
    async review(principal: Principal, command: Command<'moderation.review'>): Promise<object> {
      room.require(principal, 'moderate')
      const view = await room.caseOf(command.case)
      if (!view) throw new HubError('not_found', 'There is no such case.')
      const full = withMinutes(command, view, policy())
      if (view.status !== 'open') return room.review(principal, full)
      const { decision, action = view.action, minutes = view.minutes } = full
      const first = decision === 'approve' ? wordsFor({ ...view, action, minutes }) : []
      let refused: unknown
      await rule(view, { decision, expired: false }, () =>
        room.review(principal, full, { seen: view.status, first }).catch((error: unknown) => {
          refused = error
          throw error
        }),
      ).catch((error: unknown) => {
        throw refused ?? (isUnavailable(error) ? away(error) : error)
      })
      return {}
    },

    stop() {
      for (const cancel of timers.values()) cancel()
      timers.clear()
    },
    settled: () => Promise.allSettled(running),
  }
}

function away(cause: unknown): HubError {
  return new HubError(
    'degraded',
    'The database is away, so that nothing was decided. The case stays as it is: decide it again.',
    { cause },
  )
}

/** Another action than the proposed one is as long as the room's policy has it, unless said otherwise. */
function withMinutes(
  command: Command<'moderation.review'>,
  { action: proposed }: CaseView,
  { ladder, grave }: ModerationPolicy,
): Command<'moderation.review'> {
  const { decision, action, minutes } = command
  if (decision !== 'approve' || action === undefined || action === proposed) return command
  const usual = [...ladder, ...grave].find((rung) => rung.action === action)
  if (minutes !== undefined || usual?.minutes === undefined) return command
  return { ...command, minutes: usual.minutes }
}
