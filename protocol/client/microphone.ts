import { HubError } from '../errors.ts'
import { deferred } from './deferred.ts'
import type { Link } from './link.ts'
import type { MicrophoneOptions, OpenMicrophone } from './live-room.ts'

/** The largest frame of sound that a hub takes, samples. */
const MAX_FRAME_SAMPLES = 16 * 1024

/** A microphone of a room over any number of connections. */
export interface MicrophoneHandle {
  readonly microphone: OpenMicrophone
  /** Resolves when the hub hears it for the first time. */
  readonly opened: Promise<OpenMicrophone>
  /** The room is joined, on this connection: opens it (again). */
  attach(): void
  /** The connection was cut: nobody hears what is said now. */
  detach(): void
  /** It is over, and the room need not be told. */
  end(error?: HubError): void
}

export function createMicrophone(
  link: Link,
  room: string,
  { sampleRate, onEnd }: MicrophoneOptions,
  /** It is over: another may be opened. */
  ended: () => void,
): MicrophoneHandle {
  const opened = deferred<OpenMicrophone>()
  let attempt = 0
  let heard = false
  let over = false

  const microphone: OpenMicrophone = {
    get heard() {
      return heard
    },
    write(pcm) {
      if (!heard) return
      for (let at = 0; at < pcm.length; at += MAX_FRAME_SAMPLES) {
        // a copy: it may wait for the network, and the caller go on with its buffer
        const samples = pcm.slice(at, at + MAX_FRAME_SAMPLES)
        link.frame('audio.frame', new Uint8Array(samples.buffer))
      }
    },
    async close() {
      if (over) return
      // what a cut connection had open has ended with it
      const told = link.connected ? link.once('audio.stop', { room }) : undefined
      end()
      await told?.catch(() => undefined)
    },
  }

  function end(error?: HubError) {
    if (over) return
    over = true
    detach()
    ended()
    opened.reject(error ?? new HubError('conflict', 'The microphone was closed.'))
    if (error !== undefined) onEnd?.(error)
  }

  function detach() {
    attempt += 1
    heard = false
  }

  async function attach() {
    detach()
    const mine = attempt
    try {
      await link.once('audio.start', { room, sample_rate: sampleRate })
      if (mine !== attempt) return
      heard = true
      opened.resolve(microphone)
    } catch (error) {
      // a cut connection is no refusal: it is opened again with the next one
      if (mine !== attempt || !link.connected) return
      end(error instanceof HubError ? error : new HubError('internal', 'It did not open.'))
    }
  }

  // who does not wait for it is told by `onEnd`
  opened.promise.catch(() => undefined)
  return { microphone, opened: opened.promise, attach: () => void attach(), detach, end }
}
