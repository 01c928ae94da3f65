import type { Handler, HandlerDeps } from './handler.ts'

export function agentAsk({ rooms, agents }: HandlerDeps): Handler<'agent.ask'> {
  return async ({ id, room: name, question, private: isPrivate }, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.get(name, principal)
    return room.once(principal, id, (commandId) =>
      agents.ask(room, principal, { question, private: isPrivate, commandId }),
    )
  }
}

export function agentInterrupt({ rooms, agents }: HandlerDeps): Handler<'agent.interrupt'> {
  return async ({ id, room: name, run }, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.get(name, principal)
    return room.once(principal, id, () => agents.interrupt(room, principal, run))
  }
}
