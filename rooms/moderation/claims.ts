import { HubError } from '#protocol'
import { emit, type RoomCore, SYSTEM } from '../core.ts'

/** A claim lapses after this time, ms. */
const CLAIM_MS = 300_000

/** Who is at which case: a courtesy among moderators, kept in memory alone. */
export function createClaims(core: RoomCore) {
  const held = new Map<string, { by: string; cancel: () => void }>()

  function tell(caseId: string, by: string | null) {
    const view = core.cases.get(caseId)
    if (view) core.cases.put({ ...view, claimed_by: by })
    emit(core, { type: 'moderation.claimed', actor: SYSTEM, data: { case: caseId, by } })
  }

  function release(caseId: string): boolean {
    held.get(caseId)?.cancel()
    return held.delete(caseId)
  }

  return {
    of: (caseId: string): string | null => held.get(caseId)?.by ?? null,

    /** Claimed anew by who holds it, a claim begins again. */
    set(caseId: string, by: string, on: boolean) {
      const before = held.get(caseId)
      if (before && before.by !== by)
        throw new HubError('conflict', 'Another moderator is at this case.', {
          details: { claimed_by: before.by },
        })
      release(caseId)
      if (on)
        held.set(caseId, {
          by,
          cancel: core.clock.after(CLAIM_MS, () => release(caseId) && tell(caseId, null)),
        })
      if (on || before) tell(caseId, on ? by : null)
    },

    /** The case is decided. */
    drop: (caseId: string) => void release(caseId),

    stop() {
      for (const caseId of [...held.keys()]) release(caseId)
    },
  }
}

export type Claims = ReturnType<typeof createClaims>
