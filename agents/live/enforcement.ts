import type { Moderator } from '../brain/moderation/index.ts'
import type { Finding } from '../graphs/ladder.ts'
import { noticeOf } from '../graphs/moderation.ts'
import { actorOf, roomAgent } from './config.ts'
import type { RoomContext } from './context.ts'
import type { History } from './history.ts'
import { createGuard, LOOK_BACK_MS } from './moderation.ts'

/** The pauses between attempts to act on an offence while the database is away, ms. */
const RETRIES = [500, 2_000, 5_000]

/** Judges what is said in a room and has the moderation graph act on it. */
export function createEnforcement(context: RoomContext, moderator: Moderator) {
  const { room, workflows, clock, ids, options, config, signal } = context
  const guard = createGuard({
    roomId: room.id,
    moderator,
    clock,
    cooldownMs: options.cooldownMs,
    asksModel: workflows.asksModel,
    act,
    failed: context.failed('moderation'),
  })

  async function act(finding: Finding, text: string): Promise<boolean> {
    const id = ids()
    for (let attempt = 0; ; attempt++) {
      try {
        return await workflows.moderate(room.id, id, finding, { room, text, signal, notify })
      } catch (error) {
        const pause = RETRIES[attempt]
        if (pause === undefined || signal.aborted) throw error
        await new Promise<void>((resolve) => clock.after(pause, resolve))
      }
    }
  }

  /** A notice goes to the person alone, and at once. */
  async function notify(to: string, text: string): Promise<void> {
    const agent = roomAgent(config('moderation'))
    await room.append([
      {
        type: 'talkback.said',
        actor: actorOf(agent),
        to,
        data: { agent: agent.id, text, voice: false },
      },
    ])
  }

  return {
    ...guard,
    /** What a crash left unjudged, and whom it left without a word. */
    async takeUp(history: History): Promise<void> {
      guard.catchUp(history)
      for (const { at, data } of history.untold) {
        const { target, action, minutes, reason = '' } = data
        const told = action === 'warn' || action === 'mute'
        if (!told || clock.now() - at >= LOOK_BACK_MS || !room.isPresent(target)) continue
        const step = { action, ...(minutes === undefined ? {} : { minutes }) }
        await notify(target, noticeOf(step, reason))
      }
    },
  }
}
