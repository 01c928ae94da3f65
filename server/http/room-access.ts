import { queries, type Tx } from '#db'
import { HubError, type Principal, RoomSettings, type RoomView } from '#protocol'
import type { Room, Rooms } from '#rooms'
import type { HttpDeps } from './types.ts'

export interface ReadableRoom {
  room: queries.RoomRow
  moderates: boolean
}

/**
 * Runs `read` as the principal on a room whose words they may read.
 *
 * @throws HubError `not_found` also for a room of others and for an admin, who sees operations only;
 * `removed` for whom a moderator removed
 */
export async function readRoom<T>(
  { db, clock, sittings }: Pick<HttpDeps, 'db' | 'clock' | 'sittings'>,
  principal: Principal,
  name: string,
  read: (tx: Tx, found: ReadableRoom) => Promise<T>,
): Promise<T> {
  const { result, room } = await db.withUser(principal, async (tx) => {
    const found = await queries.findRoom(tx, name)
    if (!found?.reads) throw noRoom()
    const until = await queries.removedUntil(tx, found.room.id, principal.userId, clock())
    if (until !== undefined)
      throw new HubError('removed', 'A moderator removed you from this room.', {
        details: { until },
      })
    return { result: await read(tx, found), room: found.room }
  })
  sittings.read({ id: room.id, name: room.name, owner: room.ownerId }, principal)
  return result
}

export function noRoom(): HubError {
  return new HubError('not_found', 'There is no such room for you.')
}

/** Throws `forbidden` for who reads the room without moderating it. */
export function requireModerator({ moderates }: ReadableRoom): void {
  if (!moderates) throw new HubError('forbidden', 'This needs the right to moderate in the room.')
}

/** The live room, for who moderates it. */
export async function moderatedRoom(
  { rooms }: Pick<HttpDeps, 'rooms'>,
  principal: Principal,
  name: string,
): Promise<Room> {
  const room = await rooms.get(name, principal)
  room.require(principal, 'moderate')
  return room
}

/** A room's row as REST shows it; a live room knows better how many people are in it. */
export function viewOf(row: queries.RoomRow, rooms: Pick<Rooms, 'live'>): RoomView {
  const live = rooms.live().find((room) => room.id === row.id)
  if (live) return live.view()
  return {
    name: row.name,
    status: row.status,
    owner: row.ownerId,
    media: row.media === 'livekit' ? 'livekit' : 'local',
    opened_at: row.openedAt,
    ...(row.closedAt === null ? {} : { closed_at: row.closedAt }),
    participants: 0,
    epoch: row.epoch,
    seq: row.seq,
    settings: RoomSettings.parse(row.settings),
  }
}
