import { HubError } from '#protocol'
import type { HubSocket } from '../types.ts'
import type { Handler, HandlerDeps } from './handler.ts'

/** Opens the socket's one stream; what an earlier one heard is still transcribed. */
export function audioStart({ rooms }: HandlerDeps): Handler<'audio.start'> {
  return ({ room: name, sample_rate: sampleRate }, { socket }) =>
    socket.data.session.serial(async () => {
      const { principal } = socket.data.session.connection
      const room = await rooms.get(name, principal)
      const microphone = room.openMicrophone(principal, { sampleRate })
      endAudio(socket)
      socket.data.microphone = { room: name, microphone }
      return {}
    })
}

export function audioStop(): Handler<'audio.stop'> {
  return ({ room }, { socket }) =>
    socket.data.session.serial(async () => {
      if (socket.data.microphone?.room === room) endAudio(socket)
      return {}
    })
}

/** Nobody waits for what is still transcribed: it comes by the log. */
export function endAudio(socket: HubSocket): void {
  void socket.data.microphone?.microphone.end()
  delete socket.data.microphone
}

/** @throws HubError for what is no PCM16, and for sound that nobody asked for */
export function audioFrame(socket: HubSocket, args: unknown[]): void {
  const [frame] = args
  if (!(frame instanceof Uint8Array)) throw new HubError('malformed', 'A frame is binary.')
  if (frame.byteLength % 2 === 1)
    throw new HubError('malformed', 'A frame holds 16-bit samples: its length must be even.')
  const open = socket.data.microphone
  if (!open) throw new HubError('conflict', 'Send audio.start first.')
  // copied where it must be: the bytes of a frame may lie anywhere in their buffer
  const bytes = frame.byteOffset % 2 === 0 ? frame : Uint8Array.from(frame)
  open.microphone.write(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2))
}
