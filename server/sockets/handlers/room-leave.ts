import type { Handler, HandlerDeps } from './handler.ts'

/** Leaving a room that one is not in has nothing to do, and is no error. */
export function roomLeave({ readers }: HandlerDeps): Handler<'room.leave'> {
  return ({ room: name }, { socket }) =>
    socket.data.session.serial(async () => {
      const room = readers.room(socket, name)
      if (room) {
        readers.remove(room, socket)
        room.leave(socket.id)
      }
      return {}
    })
}
