import { allows, type Reader } from '#protocol'
import type { JoinResult, Room } from '#rooms'
import type { Sittings } from '../sittings.ts'
import { endAudio } from './audio.ts'
import type { HubSocket } from './types.ts'

/** A socket in a room. */
export interface RoomReader {
  readonly socket: HubSocket
  readonly as: JoinResult['as']
  /** Who reads, as the visibility rule wants it; renewed when rights change. */
  reader: Reader
  /** Nobody reads by this socket any more. */
  readonly endSitting: () => void
}

/** Adapter rooms have names of the hub's own: none comes from a client. */
export const readersOf = (room: Room) => `room:${room.id}`

/** Which sockets read which rooms. */
export function createReaders({ sit }: Pick<Sittings, 'sit'>) {
  const byRoom = new Map<string, Map<string, RoomReader>>()
  const roomsOf = new Map<HubSocket, Map<string, Room>>()

  function readerOf(room: Room, socket: HubSocket): Reader {
    const { principal } = socket.data.session.connection
    return {
      userId: principal.userId,
      moderates: allows(room.rightsOf(principal), 'moderate'),
    }
  }

  return {
    /** From this tick on the socket gets the room's events. */
    add(room: Room, socket: HubSocket, as: JoinResult['as']): void {
      const readers = byRoom.get(room.id) ?? new Map<string, RoomReader>()
      const before = readers.get(socket.id)
      const endSitting = sit(room, socket.data.session.connection.principal)
      before?.endSitting()
      byRoom.set(
        room.id,
        readers.set(socket.id, { socket, as, reader: readerOf(room, socket), endSitting }),
      )
      const rooms = roomsOf.get(socket) ?? new Map<string, Room>()
      roomsOf.set(socket, rooms.set(room.name, room))
      void socket.join(readersOf(room))
      if (as === 'watch') endAudio(socket, room.name)
    },
    /** It gets nothing of the room from now on, and says nothing in it. */
    remove(room: Room, socket: HubSocket): void {
      endAudio(socket, room.name)
      const readers = byRoom.get(room.id)
      readers?.get(socket.id)?.endSitting()
      readers?.delete(socket.id)
      if (readers?.size === 0) byRoom.delete(room.id)
      const rooms = roomsOf.get(socket)
      rooms?.delete(room.name)
      if (rooms?.size === 0) roomsOf.delete(socket)
      void socket.leave(readersOf(room))
    },
    of(room: Room): RoomReader[] {
      return [...(byRoom.get(room.id)?.values() ?? [])]
    },
    /** The rooms that a socket is in. */
    rooms(socket: HubSocket): Room[] {
      return [...(roomsOf.get(socket)?.values() ?? [])]
    },
    room(socket: HubSocket, name: string): Room | undefined {
      return roomsOf.get(socket)?.get(name)
    },
    as(room: Room, socket: HubSocket): JoinResult['as'] | undefined {
      return byRoom.get(room.id)?.get(socket.id)?.as
    },
    /** Asks the room again what its readers may see. */
    renew(room: Room): void {
      for (const entry of byRoom.get(room.id)?.values() ?? [])
        entry.reader = readerOf(room, entry.socket)
    },
  }
}

export type Readers = ReturnType<typeof createReaders>
