import { bounded } from '../bounded.ts'
import type { Handler, HandlerDeps } from './handler.ts'

export function roomHistory({ rooms, sittings }: HandlerDeps): Handler<'room.history'> {
  return async ({ room: name, after, limit }, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.get(name, principal)
    const page = await room.history(principal, after, limit)
    sittings.read(room, principal)
    return bounded(page)
  }
}
