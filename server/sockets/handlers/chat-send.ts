import type { Handler, HandlerDeps } from './handler.ts'

export function chatSend({ rooms }: HandlerDeps): Handler<'chat.send'> {
  return async (command, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.get(command.room, principal)
    return room.once(principal, command.id, () => room.chat(principal, command))
  }
}
