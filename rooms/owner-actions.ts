import { and, eq } from 'drizzle-orm'
import { changesBetween, type Database, tables } from '#db'
import { allows, HubError, type Principal, RoomSettings } from '#protocol'
import { SYSTEM } from './core.ts'
import type { Privacy } from './privacy/index.ts'
import type { LiveRoom } from './room.ts'
import type { Rooms } from './types.ts'

type OwnerActions = Pick<Rooms, 'remove' | 'changeSettings' | 'setMember' | 'removeMember'>

/** What a room's owner alone may do to it. Each is in the audit. */
export function createOwnerActions(deps: {
  db: Database
  /** Throws `not_found` where the principal may not watch. */
  get(name: string, principal: Principal): Promise<LiveRoom>
  removeRoom: Privacy['removeRoom']
}): OwnerActions {
  const { db } = deps

  return {
    async remove(principal, name) {
      const room = await owned(name, principal)
      await deps.removeRoom(room, (tx) =>
        db.audit(tx, {
          ...{ owner: room.owner, action: 'room.removed', by: principal },
          details: { room: name },
        }),
      )
    },

    async changeSettings(principal, name, settings) {
      const room = await owned(name, principal)
      const merged = RoomSettings.parse({ ...room.settings, ...settings })
      const before = room.settings
      await db.withSystem('change settings', async (tx) => {
        await tx.update(tables.rooms).set({ settings: merged }).where(eq(tables.rooms.id, room.id))
        await db.audit(tx, {
          ...{ owner: room.owner, action: 'room.settings_changed', by: principal },
          details: { room: name, ...changesBetween(before, merged) },
        })
      })
      room.core.settings = merged
      room.emit({ type: 'room.updated', actor: SYSTEM, data: { settings: merged } })
      await room.rightsChanged()
      return room.view()
    },

    async setMember(principal, name, userId, rights) {
      const room = await owned(name, principal)
      await db.withSystem('set member', async (tx) => {
        await tx
          .insert(tables.roomMembers)
          .values({ roomId: room.id, userId, rights })
          .onConflictDoUpdate({
            target: [tables.roomMembers.roomId, tables.roomMembers.userId],
            set: { rights },
          })
        await db.audit(tx, {
          ...{ owner: room.owner, action: 'member.set', by: principal, target: userId },
          details: { room: name, rights },
        })
      })
      room.core.members.set(userId, rights)
      await room.rightsChanged()
    },

    async removeMember(principal, name, userId) {
      const room = await owned(name, principal)
      const { roomMembers } = tables
      await db.withSystem('remove member', async (tx) => {
        const gone = await tx
          .delete(roomMembers)
          .where(and(eq(roomMembers.roomId, room.id), eq(roomMembers.userId, userId)))
          .returning()
        if (gone.length === 0) throw new HubError('not_found', 'There is no such member.')
        await db.audit(tx, {
          ...{ owner: room.owner, action: 'member.removed', by: principal, target: userId },
          details: { room: name },
        })
      })
      room.core.members.delete(userId)
      await room.rightsChanged()
    },
  }

  /** A room that the principal owns and has a token for. An owner whom a moderator removed still manages it. */
  async function owned(name: string, principal: Principal): Promise<LiveRoom> {
    const room = await deps.get(name, principal)
    if (room.owner !== principal.userId || !allows(room.rightsOf(principal), 'moderate'))
      throw new HubError('forbidden', "Only the room's owner can do this.")
    return room
  }
}
