import type { RoomEvent } from '#protocol'
import type { RoomCore } from '../core.ts'
import { departure } from '../life.ts'
import { buryAbout } from './about.ts'
import { settled } from './settled.ts'
import { bury, ERASE_TIMEOUT } from './tombstones.ts'

/** Something that remembers people. */
interface Remembers {
  forget(userId: string): void
}

/**
 * Erases a person from a live room, while others go on: they are here no more, what they were about to say is not said,
 * and tombstones come into the places of what is in the log.
 *
 * The last of them goes only once everybody has forgotten: what agents were writing at that moment is in no
 * transaction with the log, and a crash in between is followed by a second try that finds the room by it.
 */
export function createForgetting(
  core: RoomCore,
  deps: {
    presence: Remembers
    /** What else remembers who is here. */
    others: readonly Remembers[]
    /** Brings tombstones to memory and readers; resolves when nobody quotes what they said. */
    buried(tombstones: RoomEvent[], seqs: number[], anew?: boolean): Promise<void>
  },
) {
  const { log } = core

  return async function forget(userId: string): Promise<number> {
    const farewell = log.refuse(userId)
    try {
      deps.presence.forget(userId)
      for (const one of deps.others) one.forget(userId)
      await settled((wait) => core.signal({ kind: 'forgotten', person: userId, wait }))
      // also what was on its way to Postgres
      await log.flushed()
      const present = core.participants.get(userId)
      if (present) await farewell.append([departure(present, 'left')])
      deps.presence.forget(userId)
      core.participants.forget(userId)
      return await erase(userId)
    } finally {
      farewell.release()
    }
  }

  async function erase(userId: string): Promise<number> {
    const { about, tombstones } = await core.db.withSystem(
      'erase a person',
      (tx) => buryAbout(tx, core, userId, { butLast: true }),
      { timeoutMs: ERASE_TIMEOUT },
    )
    const { seqs, last, bare: anew } = about
    if (last === undefined) return 0
    await deps.buried(tombstones, seqs, anew)
    const rest = await core.db.withSystem('erase a person', (tx) => bury(tx, core, [last]), {
      timeoutMs: ERASE_TIMEOUT,
    })
    await deps.buried(rest, [last])
    return seqs.length
  }
}
