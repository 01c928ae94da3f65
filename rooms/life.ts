import { eq } from 'drizzle-orm'
import { type Tx, tables } from '#db'
import type { EventDraft, ParticipantView, Principal } from '#protocol'
import { type RoomCore, SYSTEM } from './core.ts'

/**
 * A room's opening and closing, and the closing of one that stays empty. `lastWords` resolves when all that was said is
 * in the log.
 */
export function createLife(core: RoomCore, lastWords: () => Promise<void>) {
  /** Comings and goings under way. */
  const moves = new Set<Promise<unknown>>()
  let opening: Promise<unknown> | undefined
  let closing: Promise<void> | undefined
  let emptyTimer: (() => void) | undefined

  return {
    /** Runs a coming or going: none comes between a closing and whom it found in the room. */
    async move(run: () => Promise<void>): Promise<void> {
      while (closing) await closing.catch(() => undefined)
      const moving = run()
      moves.add(moving)
      try {
        await moving
      } finally {
        moves.delete(moving)
      }
    },

    /** Opens a closed room, once for all who come at the same time. Only within a move. */
    async open(): Promise<void> {
      if (core.status === 'open') return
      opening ??= core.log
        .append([{ type: 'room.opened', actor: SYSTEM, data: {} }], {
          also: (tx) => writeStatus(tx, 'open'),
        })
        .finally(() => {
          opening = undefined
        })
      await opening
    },

    close,

    /** An open room without people closes after a while. */
    watchEmpty() {
      const empty = core.status === 'open' && core.participants.size() === 0
      if (!empty) {
        emptyTimer?.()
        emptyTimer = undefined
        return
      }
      emptyTimer ??= core.clock.after(core.settings.empty_timeout_ms, () => {
        emptyTimer = undefined
        close('empty').catch((err) => core.logger.warn({ err }, 'an empty room was not closed'))
      })
    },

    stop: () => emptyTimer?.(),
  }

  async function close(reason: 'closed' | 'empty', by?: Principal): Promise<void> {
    while (closing) await closing.catch(() => undefined)
    closing = shut(reason, by).finally(() => {
      closing = undefined
    })
    await closing
  }

  async function shut(reason: 'closed' | 'empty', by?: Principal): Promise<void> {
    await Promise.allSettled(moves)
    const present = core.participants.views(() => undefined)
    if (core.status === 'closed' || (reason === 'empty' && present.length > 0)) return
    await lastWords()
    const left = present.map((participant) => departure(participant, 'closed'))
    core.closing = true
    try {
      await core.log.append([...left, { type: 'room.closed', actor: SYSTEM, data: { reason } }], {
        also: async (tx) => {
          await writeStatus(tx, 'closed')
          // the log does not say who closed it; of an empty room it says all there is to say
          if (by)
            await core.db.audit(tx, {
              ...{ owner: core.owner, action: 'room.closed', by },
              details: { room: core.name },
            })
        },
      })
    } finally {
      core.closing = false
    }
  }

  async function writeStatus(tx: Tx, status: 'open' | 'closed'): Promise<void> {
    const now = core.clock.now()
    await tx
      .update(tables.rooms)
      .set(
        status === 'open' ? { status, openedAt: now, closedAt: null } : { status, closedAt: now },
      )
      .where(eq(tables.rooms.id, core.id))
  }
}

export type Life = ReturnType<typeof createLife>

/** The record of a person's going. */
export function departure(
  { id, name }: Pick<ParticipantView, 'id' | 'name'>,
  reason: 'left' | 'lost' | 'removed' | 'closed',
): EventDraft {
  return { type: 'participant.left', actor: { id, name, kind: 'person' }, data: { reason } }
}
