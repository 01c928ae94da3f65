import type { Handler, HandlerDeps } from './handler.ts'

export function captionPush({ rooms }: HandlerDeps): Handler<'caption.push'> {
  return async (command, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.get(command.room, principal)
    return room.once(principal, command.id, () => room.caption(principal, command))
  }
}
