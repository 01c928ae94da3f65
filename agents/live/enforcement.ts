import { type EventDraft, ModerationPolicy, type RoomEvent } from '#protocol'
import { sleep } from '#rooms'
import type { Moderator } from '../brain/moderation/index.ts'
import type { Finding, Step } from '../graphs/ladder.ts'
import { findingOf, lesserCaseOf, type ModerationContext } from '../graphs/moderation.ts'
import { noticeOf } from '../graphs/notice.ts'
import { actorOf, roomAgent } from './config.ts'
import type { RoomContext } from './context.ts'
import type { History } from './history.ts'
import { createGuard, judgedAgain, LOOK_BACK_MS } from './moderation.ts'
import { createWaiting } from './waiting.ts'

/** The pauses between attempts to act on an offence while the database is away, ms. */
const RETRIES = [500, 2_000, 5_000]

export interface EnforcementDeps {
  moderator: Moderator
  /** For what is judged again: its own, since flood windows count what is said now. */
  pastModerator: Moderator
  /** Runs once the room's settings are known: at once, as soon as they are. */
  whenKnown(run: () => void): void
}

/** Judges what is said in a room and has the moderation graph act on it. */
export function createEnforcement(context: RoomContext, deps: EnforcementDeps) {
  const { room, workflows, clock, ids, options, config, signal } = context
  const policy = () => config('moderation').settings ?? ModerationPolicy.parse({})
  const enabled = () => config('moderation').enabled
  /** What is being acted on. */
  const acting = new Map<Finding, Promise<boolean>>()
  const guard = createGuard({
    roomId: room.id,
    moderator: deps.moderator,
    clock,
    cooldownMs: options.cooldownMs,
    asksModel: workflows.asksModel,
    policy,
    whenKnown: deps.whenKnown,
    act,
    failed: context.failed('moderation'),
  })
  const waiting = createWaiting({ context, policy, graph, lastWords })

  function graph(text: string): ModerationContext {
    return {
      ...{ room, policy, enabled, text, signal, notify, lastWords },
      judgeAgain: (said, evidence) =>
        judgedAgain(deps.pastModerator, ids(), said, evidence, policy()),
    }
  }

  function act(finding: Finding, text: string): Promise<boolean> {
    const id = ids()
    const work = attempts(id, finding, text).finally(async () => {
      // what a run wrote of a case that is no case any more is nobody's
      const cut = signal.aborted || !acting.has(finding)
      acting.delete(finding)
      if (cut) await workflows.forgetCase(id)
    })
    acting.set(finding, work)
    return work
  }

  async function attempts(id: string, finding: Finding, text: string): Promise<boolean> {
    // by then it is known as being acted on
    await undefined
    for (let attempt = 0; ; attempt++) {
      if (!enabled() || !acting.has(finding)) return false
      try {
        return await workflows.moderate(room.id, id, finding, graph(text))
      } catch (error) {
        const pause = RETRIES[attempt]
        if (pause === undefined || signal.aborted) throw error
        await sleep(clock, pause, signal)
        if (signal.aborted) throw error
      }
    }
  }

  function notice(to: string, step: Step, reason: string): EventDraft {
    const agent = roomAgent(config('moderation'))
    const text = noticeOf(step, reason, policy().tell)
    return {
      type: 'talkback.said',
      actor: actorOf(agent),
      to,
      data: { agent: agent.id, text, voice: false },
    }
  }

  /** A notice goes to the person alone, and at once. */
  async function notify(to: string, step: Step, reason: string): Promise<void> {
    await room.append([notice(to, step, reason)])
  }

  /** The action with its reason says it by itself, unless the room has words of its own. */
  function lastWords(to: string, step: Step, reason: string): EventDraft[] {
    const said = step.action === 'remove' && policy().tell.remove !== undefined
    return said ? [notice(to, step, reason)] : []
  }

  /** The crash may have come between the proposal of a removal and the lesser step that goes with it. */
  async function takeLesserSteps(): Promise<void> {
    for (const view of room.openCases()) {
      const id = lesserCaseOf(view.case)
      if (id === undefined || clock.now() - view.opened_at >= LOOK_BACK_MS) continue
      if (!(await room.caseOf(id)))
        await workflows.moderate(room.id, id, findingOf(view), graph(''))
    }
  }

  return {
    ...guard,
    review: waiting.review,

    /** Cases come and go by the log, whoever made or decided them. */
    seen(event: RoomEvent) {
      if (event.type === 'moderation.flagged' && event.data.expires_at !== undefined)
        waiting.watch({ case: event.data.case, expires_at: event.data.expires_at })
      if (event.type === 'moderation.reviewed') waiting.unwatch(event.data.case)
    },

    /** What a crash left unjudged, and whom it left without a word. */
    async takeUp(history: History): Promise<void> {
      await waiting.takeUp()
      if (!enabled()) return
      guard.catchUp(history)
      await takeLesserSteps()
      for (const { at, data } of history.untold) {
        const { target, action, minutes, reason = '' } = data
        const told = action === 'warn' || action === 'mute'
        if (!told || clock.now() - at >= LOOK_BACK_MS || !room.isPresent(target)) continue
        await notify(target, { action, ...(minutes === undefined ? {} : { minutes }) }, reason)
      }
    },

    /** What they said is no ground any more. Resolves when nothing is done about them. */
    async forget(userId: string): Promise<void> {
      guard.forget(userId)
      const theirs = [...acting].filter(([{ target }]) => target === userId)
      for (const [finding] of theirs) acting.delete(finding)
      await Promise.allSettled(theirs.map(([, work]) => work))
    },

    stop: waiting.stop,
    settled: () => Promise.allSettled([waiting.settled(), ...acting.values()]),
  }
}
