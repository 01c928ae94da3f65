import { HubError } from '#protocol'
import { joined, SAMPLE_RATE } from '../../chunk.ts'
import type { Utterance } from '../../types.ts'
import type { Engine } from './engine.ts'

/** Whisper hears 30 s at once; what is longer is cut. */
const MOST_SAMPLES = 28 * SAMPLE_RATE

/** When words are guessed before the end; a guess is never begun while anybody waits. */
const FIRST_SAMPLES = SAMPLE_RATE
const EVERY_SAMPLES = SAMPLE_RATE
/** A guess that takes longer might hold up somebody's last words. */
const LONGEST_GUESS_MS = 700

/** How quick the engine was of late. */
export interface Pace {
  /** Of the clock, for so many samples. */
  took(ms: number): void
  /** What the next may take, ms. */
  guess(): number
}

interface Deps {
  /** Throws `provider_failed` when there is none to be had. */
  engine(): Promise<Engine>
  /** The same, where it is there already. */
  ready(): Engine | undefined
  pace: Pace
  now(): number
  onPartial(text: string): void
}

/** Sound that is kept until it ends; its words are guessed meanwhile where the engine has nothing else to do. */
export function createUtterance({ engine, ready, pace, now, onPartial }: Deps): Utterance {
  let pieces: Int16Array[] = []
  let samples = 0
  let guessed = 0
  let over = false

  function whole(): Int16Array {
    const all = joined(pieces)
    pieces = [all]
    return all
  }

  async function timed(on: Engine, pcm: Int16Array): Promise<string> {
    // what waits before it is not its own time
    const alone = on.idle()
    const from = now()
    const text = await on.transcribe(pcm)
    if (alone) pace.took(now() - from)
    return text
  }

  async function guess(on: Engine): Promise<void> {
    guessed = samples
    const text = await timed(on, whole().slice(-MOST_SAMPLES))
    if (!over && text !== '') onPartial(text)
  }

  return {
    write(pcm) {
      if (over) return
      pieces.push(pcm.slice())
      samples += pcm.length
      const on = ready()
      if (!on?.idle() || samples < FIRST_SAMPLES || samples - guessed < EVERY_SAMPLES) return
      if (samples > MOST_SAMPLES || pace.guess() > LONGEST_GUESS_MS) return
      // a guess that failed is none
      guess(on).catch(() => {})
    },
    async end() {
      if (over) throw new HubError('conflict', 'The utterance is over.')
      over = true
      const all = whole()
      pieces = []
      const on = await engine()
      const texts: string[] = []
      for (let at = 0; at < all.length; at += MOST_SAMPLES)
        texts.push(await timed(on, all.subarray(at, at + MOST_SAMPLES)))
      return { text: texts.filter((text) => text !== '').join(' ') }
    },
    cancel() {
      over = true
      pieces = []
    },
  }
}
