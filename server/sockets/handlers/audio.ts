import { HubError } from '#protocol'
import { type AudioStream, endAudio } from '../audio.ts'
import type { Handler, HandlerDeps } from './handler.ts'

/** Opens the socket's one stream. The one before has ended by then, so that its room hears nothing of this. */
export function audioStart({ rooms, readers }: HandlerDeps): Handler<'audio.start'> {
  return ({ room: name, sample_rate: sampleRate }, { socket }) => {
    const stream: AudioStream = { room: name, end: () => {} }
    socket.data.audio = stream
    return socket.data.session.serial(async () => {
      try {
        const { principal } = socket.data.session.connection
        const room = await rooms.get(name, principal)
        room.require(principal, 'join')
        if (readers.as(room, socket) !== 'participant')
          throw new HubError('forbidden', 'Join the room as a participant first.')
        if (socket.data.audio !== stream)
          throw new HubError('conflict', 'It ended, or another began, before it was open.')
        const microphone = room.openMicrophone(principal, { sampleRate, local: true })
        stream.write = microphone.write
        // nobody waits for what is still transcribed: it comes by the log
        stream.end = () => void microphone.end()
        return {}
      } catch (error) {
        if (socket.data.audio === stream) delete socket.data.audio
        throw error
      }
    })
  }
}

export function audioStop(): Handler<'audio.stop'> {
  return async ({ room }, { socket }) => {
    endAudio(socket, room)
    return {}
  }
}
