import type { Buckets } from '../buckets.ts'
import type { Metrics } from '../metrics.ts'
import { AUDIO_LIMIT, MAX_AUDIO_FRAME_BYTES, MAX_MALFORMED_FRAMES } from './limits.ts'
import type { HubSocket } from './types.ts'

/** The one stream of a socket. */
export interface AudioStream {
  readonly room: string
  /** Takes PCM16; absent while the room is asked whether this person may be heard. */
  write?: (pcm: Int16Array) => void
  /** What was said until then is still transcribed. */
  end(): void
}

interface Deps {
  buckets: Buckets
  metrics: Pick<Metrics, 'audioFrames'>
  /** Closes a connection that sends what no microphone does. */
  tooMuch: (socket: HubSocket) => void
}

/**
 * Takes frames of sound. They come fifty times a second and have no ack, so the way is short: none of what
 * commands pass. Returns whether the event was one.
 */
export function createAudioFrames({ buckets, metrics, tooMuch }: Deps) {
  const malformed = new WeakMap<HubSocket, number>()
  /** Those that are being closed: what still comes of them was on its way. */
  const over = new WeakSet<HubSocket>()

  return function receive(socket: HubSocket, event: unknown, args: unknown[]): boolean {
    if (event !== 'audio.frame') return false
    metrics.audioFrames.inc({ outcome: take(socket, args) })
    return true
  }

  function take(socket: HubSocket, args: unknown[]): 'heard' | 'stray' | 'malformed' | 'refused' {
    if (over.has(socket)) return 'refused'
    const [frame] = args
    if (!(frame instanceof Uint8Array) || frame.byteLength % 2 === 1) {
      const count = (malformed.get(socket) ?? 0) + 1
      malformed.set(socket, count)
      if (count > MAX_MALFORMED_FRAMES) close(socket)
      return 'malformed'
    }
    const { userId } = socket.data.session.connection.principal
    // sound that came faster than anybody speaks would be dropped somewhere: better here, and seen
    if (
      frame.byteLength > MAX_AUDIO_FRAME_BYTES ||
      buckets.take(userId, 'audio.frame', AUDIO_LIMIT, frame.byteLength) > 0
    ) {
      close(socket)
      return 'refused'
    }
    // nothing is open: of a stream that has ended, or not begun
    const write = socket.data.audio?.write
    if (!write) return 'stray'
    // the bytes of a frame may lie anywhere in their buffer
    const bytes = frame.byteOffset % 2 === 0 ? frame : Uint8Array.from(frame)
    write(new Int16Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 2))
    return 'heard'
  }

  function close(socket: HubSocket): void {
    over.add(socket)
    tooMuch(socket)
  }
}

/** Ends a socket's stream, where it has one; with `room` only one into that room. */
export function endAudio(socket: HubSocket, room?: string): void {
  const stream = socket.data.audio
  if (!stream || (room !== undefined && stream.room !== room)) return
  delete socket.data.audio
  stream.end()
}
