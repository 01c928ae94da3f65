import { allows } from '#protocol'
import type { Room } from '#rooms'
import type { HubServer, HubSocket } from './types.ts'

export const deskOf = (room: Room) => `desk:${room.id}`
const DESKS = 'desks'

/** Sockets that watch cases of every room that their principal moderates, joined or not. */
export function createDesks(io: HubServer) {
  function place(room: Room, socket: HubSocket): void {
    const { principal } = socket.data.session.connection
    if (allows(room.rightsOf(principal), 'moderate')) void socket.join(deskOf(room))
    else void socket.leave(deskOf(room))
  }

  return {
    watch(socket: HubSocket, rooms: Room[]): void {
      void socket.join(DESKS)
      for (const room of rooms) void socket.join(deskOf(room))
    },
    /** A room came, or rights in it changed. */
    renew(room: Room): void {
      for (const id of io.of('/').adapter.rooms.get(DESKS) ?? []) {
        const socket = io.of('/').sockets.get(id)
        if (socket) place(room, socket)
      }
    },
    /** A socket's own rights changed. */
    renewSocket(socket: HubSocket, rooms: Room[]): void {
      if (socket.rooms.has(DESKS)) for (const room of rooms) place(room, socket)
    },
  }
}

export type Desks = ReturnType<typeof createDesks>
