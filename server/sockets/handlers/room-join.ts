import { SYSTEM } from '#rooms'
import { bounded, boundedCases } from '../bounded.ts'
import type { Handler, HandlerDeps } from './handler.ts'

export function roomJoin({ rooms, readers }: HandlerDeps): Handler<'room.join'> {
  return ({ room: roomName, as, name, since }, { socket, reply }) => {
    const { connection, serial } = socket.data.session
    return serial(async () => {
      const room = await rooms.enter(roomName, connection.principal)
      const options = {
        as,
        ...(name === undefined ? {} : { name }),
        ...(since === undefined ? {} : { since }),
      }
      await room.join(connection, options, ({ as: joinedAs, ...result }) => {
        const { snapshot } = result
        if (snapshot?.cases) snapshot.cases = boundedCases(snapshot.cases)
        // Ack and first event in one tick, in this order: nothing is missed or comes twice.
        reply(bounded(result))
        if (socket.connected) readers.add(room, socket, joinedAs)
        // no log has what was changed while it was away
        if (result.recovered)
          room.emit({
            ...{ type: 'room.updated', actor: SYSTEM, data: { settings: room.settings } },
            to: connection.principal.userId,
          })
      })
      // It may have gone meanwhile; its disconnect came before the room knew of it.
      if (!socket.connected) room.leave(connection.id)
    })
  }
}
