import { boundedCases } from '../bounded.ts'
import type { Handler, HandlerDeps } from './handler.ts'

/** Who moderates nothing gets an empty desk; rooms that come later are put on it. */
export function deskWatch({ rooms, desks }: HandlerDeps): Handler<'desk.watch'> {
  return (_, { socket }) =>
    socket.data.session.serial(async () => {
      const moderated = await rooms.moderated(socket.data.session.connection.principal)
      desks.watch(socket, moderated)
      const cases = await Promise.all(moderated.map((room) => room.cases()))
      return { cases: boundedCases(cases.flat()) }
    })
}
