import type { Moderator, Verdict } from '../brain/moderation/index.ts'
import { CONDUCT } from '../graphs/opinion.ts'

/** Heat that is not renewed is half as much after this time, ms. */
const HALF_LIFE_MS = 60_000
/** Below, a score says nothing: else much harmless talk would add up. */
const HEATS_FROM = 0.35

/** How heated the talk of each room is, 0 to 1: from the verdicts on what is said, decayed. */
export function createHeat({ now }: { now: () => number }) {
  const rooms = new Map<string, { heat: number; at: number }>()

  function of(roomId: string): number {
    const felt = rooms.get(roomId)
    return felt === undefined ? 0 : felt.heat * 0.5 ** ((now() - felt.at) / HALF_LIFE_MS)
  }

  function feel(roomId: string, { scores }: Verdict): void {
    // how much one says, or whose number, heats nobody
    const score = Math.max(...CONDUCT.map((category) => scores[category]))
    if (score < HEATS_FROM) return
    // several add up, and never to more than one
    rooms.set(roomId, { heat: 1 - (1 - of(roomId)) * (1 - score), at: now() })
  }

  return {
    of,
    forget: (roomId: string) => rooms.delete(roomId),
    /** The moderator, each of whose verdicts on a whole utterance is felt. */
    felt: (moderator: Moderator): Moderator => ({
      ...moderator,
      judge(judged) {
        const verdict = moderator.judge(judged)
        if (judged.kind !== 'partial' && judged.room !== undefined) feel(judged.room, verdict)
        return verdict
      },
    }),
  }
}
