import { CHUNK_MS, type Chunk, joined } from './chunk.ts'
import type { SpeechOptions } from './options.ts'

/** So much without voice, and what came before was no beginning, ms. */
const FALSE_START_MS = 128
/** A cut lies in the middle of so many chunks that are quiet: one alone may be within a word. */
const QUIET_CHUNKS = 5

/** What one person said without a pause. */
export interface Spoken {
  /** Of the voice, epoch ms. */
  from: number
  to: number
  /** From the pre-roll to the pause. */
  sound: Int16Array
  /** How much of it is voice, ms. */
  voicedMs: number
  /** How sure it is that this was voice: its mean probability. */
  certainty: number
}

/** What endpointing decides, as it happens. */
export interface Endpoints {
  /** Somebody speaks. `sound` begins with the pre-roll. */
  began(sound: Int16Array): void
  /** They speak on. */
  more(sound: Int16Array): void
  /**
   * A pause, or it was cut for its length: then its sound may be shorter than what was told of it, and the rest
   * follows as what begins next.
   */
  ended(spoken: Spoken, how: 'pause' | 'cut'): void
}

interface Heard extends Chunk {
  probability: number
  /** Mean square. */
  power: number
}

type Options = Pick<
  SpeechOptions,
  | 'voiceAbove'
  | 'voiceStaysAbove'
  | 'minSpeechMs'
  | 'prerollMs'
  | 'silenceMs'
  | 'longestMs'
  | 'cutWithinMs'
>

/** Finds where one person's speech begins and ends, from how probable voice is in each chunk of sound. */
export function createEndpointing(options: Options, told: Endpoints) {
  const { voiceAbove, voiceStaysAbove } = options
  const preroll = Math.round(options.prerollMs / CHUNK_MS)
  const falseStart = Math.round(FALSE_START_MS / CHUNK_MS)
  const pause = Math.ceil(options.silenceMs / CHUNK_MS)
  const longest = Math.floor(options.longestMs / CHUNK_MS)
  /** Before somebody speaks: the pre-roll, and what may be the beginning. */
  let heard: Heard[] = []
  let speaking = false
  /** Chunks since the last voice. */
  let quiet = 0

  return {
    get speaking() {
      return speaking
    },
    /** How long there was no voice, ms. */
    get quietMs() {
      return quiet * CHUNK_MS
    },

    push(chunk: Chunk, probability: number): void {
      heard.push({ ...chunk, probability, power: powerOf(chunk.pcm) })
      quiet = probability >= (speaking ? voiceStaysAbove : voiceAbove) ? 0 : quiet + 1
      if (!speaking) {
        begin()
        return
      }
      told.more(chunk.pcm)
      if (quiet >= pause) end()
      else if (heard.length >= longest) cut()
    },

    /** There is no more sound. */
    flush(): void {
      if (speaking) end()
      heard = []
    },

    /** What is heard next has nothing to do with what was before. */
    reset(): void {
      speaking = false
      heard = []
    },
  }

  function begin(): void {
    if (quiet > 0) {
      // a false start may be pre-roll of the next one
      if (quiet >= falseStart) heard = heard.slice(-preroll)
      return
    }
    const first = candidate()
    const voiced = heard.slice(first).filter(isVoice)
    if (voiced.length * CHUNK_MS < options.minSpeechMs) return
    heard = heard.slice(Math.max(0, first - preroll))
    speaking = true
    told.began(soundOf(heard))
  }

  /** Where the voice begins that goes on without a pause as long as a false start. */
  function candidate(): number {
    let first = heard.length
    for (const [i, one] of [...heard.entries()].reverse()) {
      if (isVoice(one)) first = i
      else if (first - i >= falseStart) break
    }
    return first
  }

  function end(): void {
    const spoken = describe(heard)
    speaking = false
    heard = heard.slice(-Math.min(quiet, preroll))
    told.ended(spoken, 'pause')
  }

  function cut(): void {
    const at = quietest(heard, Math.round(options.cutWithinMs / CHUNK_MS))
    const rest = heard.slice(at)
    const spoken = describe(heard.slice(0, at))
    heard = rest
    told.ended(spoken, 'cut')
    told.began(soundOf(rest))
  }

  function isVoice({ probability }: Heard): boolean {
    return probability >= voiceAbove
  }

  function describe(chunks: Heard[]): Spoken {
    const voiced = chunks.filter(({ probability }) => probability >= voiceStaysAbove)
    const sum = voiced.reduce((total, { probability }) => total + probability, 0)
    const from = (voiced[0] ?? chunks[0])?.at ?? 0
    return {
      from,
      to: (voiced.at(-1)?.at ?? from) + CHUNK_MS,
      sound: soundOf(chunks),
      voicedMs: voiced.length * CHUNK_MS,
      certainty: voiced.length === 0 ? 0 : sum / voiced.length,
    }
  }
}

/** The index of the chunk within the last `within` before which it is quietest. */
function quietest(chunks: Heard[], within: number): number {
  const most = chunks.length - QUIET_CHUNKS
  let best = { at: most, power: Number.POSITIVE_INFINITY }
  for (let i = Math.max(1, chunks.length - within); i <= most; i++) {
    const power = chunks.slice(i, i + QUIET_CHUNKS).reduce((sum, chunk) => sum + chunk.power, 0)
    if (power < best.power) best = { at: i, power }
  }
  return best.at + Math.floor(QUIET_CHUNKS / 2)
}

function powerOf(pcm: Int16Array): number {
  let sum = 0
  for (const sample of pcm) sum += sample * sample
  return sum / pcm.length
}

function soundOf(chunks: readonly Heard[]): Int16Array {
  return joined(chunks.map(({ pcm }) => pcm))
}
