import { createEncoder, PACKET_SAMPLES, PRE_SKIP, RECORDING_RATE } from './encoder.ts'
import { createOggOpusWriter } from './ogg.ts'

/** Sound that came later than it should by more than this came after a silence, ms. */
const JITTER_MS = 200
const LOOK_AHEAD = (PRE_SKIP * RECORDING_RATE) / 48_000
const PER_MS = RECORDING_RATE / 1000
/**
 * Nothing, for 120 ms: two frames without bytes, in the mode that speech is encoded in. A silence takes 15 bytes a
 * second so, and a player stays in step with the time.
 */
const NOTHING = Uint8Array.of(0x5b, 0x02)
const NOTHING_SAMPLES = 6 * PACKET_SAMPLES

export interface Track {
  /** When its last sample so far was spoken, epoch ms. */
  readonly endedAt: number
  /** Sound at RECORDING_RATE whose end was spoken at `at`, epoch ms. Silences in between are kept. */
  write(pcm: Int16Array, at: number): void
  /** Writes what is left; the file is whole then. */
  end(): void
}

/** One person's voice as an Ogg Opus stream that begins at `startedAt`. `put` gets whole pages, about one a second. */
export function createTrack(
  { startedAt, serial }: { startedAt: number; serial: number },
  put: (page: Uint8Array) => void,
): Track {
  const encoder = createEncoder()
  const ogg = createOggOpusWriter({ serial, sampleRate: RECORDING_RATE, preSkip: PRE_SKIP })
  const rest = new Int16Array(PACKET_SAMPLES)
  let filled = 0
  /** Samples that were written, silences among them. */
  let written = 0
  put(ogg.head())

  const packet = (bytes: Uint8Array, samples: number) => {
    const page = ogg.packet(bytes, samples)
    if (page) put(page)
  }
  const endedAt = () => startedAt + written / PER_MS

  function sound(pcm: Int16Array): void {
    let at = 0
    while (at < pcm.length) {
      const part = pcm.subarray(at, at + PACKET_SAMPLES - filled)
      rest.set(part, filled)
      filled += part.length
      at += part.length
      written += part.length
      if (filled < PACKET_SAMPLES) continue
      packet(encoder.encode(rest), PACKET_SAMPLES)
      filled = 0
    }
  }

  /** Begins with real silence, so that the decoder does not go on with what was said last. */
  function silence(samples: number): void {
    const until = written + samples
    sound(new Int16Array(Math.min(samples, PACKET_SAMPLES - filled + NOTHING_SAMPLES)))
    while (until - written >= NOTHING_SAMPLES) {
      packet(NOTHING, NOTHING_SAMPLES)
      written += NOTHING_SAMPLES
    }
    sound(new Int16Array(until - written))
  }

  return {
    get endedAt() {
      return endedAt()
    },
    write(pcm, at) {
      const missing = at - pcm.length / PER_MS - endedAt()
      if (missing > JITTER_MS) silence(Math.round(missing * PER_MS))
      sound(pcm)
    },
    end() {
      const samples = written
      // the decoder drops as much at the beginning as the encoder looks ahead: the last words are that much later
      sound(new Int16Array(LOOK_AHEAD))
      if (filled > 0) sound(new Int16Array(PACKET_SAMPLES - filled))
      written = samples
      put(ogg.end(samples))
      encoder.close()
    },
  }
}
