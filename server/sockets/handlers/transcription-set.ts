import type { Handler, HandlerDeps } from './handler.ts'

export function transcriptionSet({ rooms }: HandlerDeps): Handler<'transcription.set'> {
  return async ({ id, room: name, on }, { socket }) => {
    const { principal } = socket.data.session.connection
    const room = await rooms.get(name, principal)
    return room.once(principal, id, async (commandId) => {
      await room.setTranscription(principal, on, commandId)
      return {}
    })
  }
}
