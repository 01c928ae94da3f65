import { HubError } from '#protocol'
import { withVia } from '../authenticate.ts'
import type { Handler, HandlerDeps } from './handler.ts'

/** A new token for the same person: what it no longer reaches is left at once. */
export function authRefresh(deps: HandlerDeps): Handler<'auth.refresh'> {
  const { auth, rooms, readers, desks, watchExpiry } = deps
  return ({ token }, { socket }) =>
    socket.data.session.serial(async () => {
      const { connection } = socket.data.session
      const principal = withVia(socket, await auth.verifyToken(token))
      if (principal.userId !== connection.principal.userId)
        throw new HubError('forbidden', 'The token is of another user. Connect anew with it.')
      connection.principal = principal
      watchExpiry(socket)

      const kept: string[] = []
      const lost: string[] = []
      for (const room of readers.rooms(socket)) {
        const wanted = readers.as(room, socket) === 'watch' ? 'watch' : 'join'
        try {
          room.require(principal, wanted)
          kept.push(room.name)
          readers.renew(room)
        } catch {
          lost.push(room.name)
          readers.remove(room, socket)
          room.leave(socket.id)
        }
      }
      desks.renewSocket(socket, rooms.live())
      return { rooms: { kept, lost } }
    })
}
