import type { Handler, HandlerDeps } from './handler.ts'

export function moderationAct({ rooms }: HandlerDeps): Handler<'moderation.act'> {
  return async (command, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.get(command.room, principal)
    return room.once(principal, command.id, () => room.act(principal, command))
  }
}

export function moderationReview({ rooms, agents }: HandlerDeps): Handler<'moderation.review'> {
  return async (command, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.ofCase(command.case, principal)
    return room.once(principal, command.id, () => agents.review(room, principal, command))
  }
}

export function moderationClaim({ rooms }: HandlerDeps): Handler<'moderation.claim'> {
  return async (command, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.ofCase(command.case, principal)
    return room.claim(principal, command)
  }
}
