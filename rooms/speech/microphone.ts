import type { Clock } from '../clock.ts'
import { CHUNK_MS, type Chunk } from './chunk.ts'
import type { Ear } from './detector/types.ts'
import { createEndpointing } from './endpointing.ts'
import type { SpeechOptions } from './options.ts'
import type { Line } from './queue.ts'
import { createResampler } from './resampler.ts'
import { createSegments, type SpeechObservation } from './segments.ts'
import { createTimeline } from './timeline.ts'
import type { Hearing, Microphone } from './types.ts'

/** Chunks that wait for the VAD at most: a minute. It takes a fraction of the time of the sound, if it has the time. */
const MOST_UNHEARD = 1_875

const NO_TIME = 'not transcribed in time'

interface Deps {
  ear: Ear
  line: Line
  clock: Clock
  nextId: () => string
  observe: (what: SpeechObservation) => void
  /** The VAD failed on a piece of sound. */
  failed: (error: unknown) => void
  told: Hearing
}

/** Listens to one person: sound becomes chunks, chunks are judged one by one, and what is voice becomes segments. */
export function createMicrophone(
  { ear, line, clock, nextId, observe, failed, told }: Deps,
  sampleRate: number,
  options: SpeechOptions,
): Microphone {
  /** Somewhat more than what ends speech. */
  const fillMs = options.silenceMs + 100
  const resample = createResampler(sampleRate)
  const timeline = createTimeline({ fillMs })
  const segments = createSegments({ line, clock, nextId, told, observe }, options)
  let speaking = false
  const endpointing = createEndpointing(options, {
    began(sound) {
      speaks(true)
      segments.begin(sound)
    },
    more: segments.more,
    ended(spoken, how) {
      if (how === 'pause') speaks(false)
      segments.end(spoken)
    },
  })
  let unheard: Chunk[] = []
  let hearing: Promise<void> | undefined
  /** Counts cuts: what was asked before one is not wanted after it. */
  let cuts = 0
  let stopWaiting = () => {}
  let over = false
  let ended: Promise<void> | undefined

  function speaks(on: boolean): void {
    if (speaking !== on) told.speaking(on)
    speaking = on
  }

  function take(chunks: Chunk[]): void {
    unheard.push(...chunks)
    if (unheard.length > MOST_UNHEARD) lose('too much sound at once')
    if (unheard.length > 0) hearing ??= hear()
    else if (!hearing) waitForMore()
  }

  /** Nobody judges what waits. */
  function lose(reason: string): void {
    const [first] = unheard
    const last = unheard.at(-1)
    unheard = []
    if (first && last) told.gap({ from: first.at, to: last.at + CHUNK_MS, reason })
  }

  async function hear(): Promise<void> {
    for (let chunk = unheard.shift(); chunk; chunk = unheard.shift()) {
      const before = cuts
      const probability = await judge(chunk)
      if (before !== cuts) continue
      endpointing.push(chunk, probability)
      // a short word is over long before the pause that ends it: who only agrees interrupts nobody
      if (endpointing.speaking) speaks(endpointing.quietMs < options.breathMs)
    }
    // in the same turn: what comes next is not to wait for this
    hearing = undefined
    waitForMore()
  }

  /** Sound that cannot be judged is heard: better a word too many than one lost. */
  async function judge({ pcm }: Chunk): Promise<number> {
    try {
      return await ear.hear(pcm)
    } catch (error) {
      failed(error)
      return 1
    }
  }

  /** Who is heard no more, in the middle of a word, has ended it: muted tracks send nothing. */
  function waitForMore(): void {
    stopWaiting()
    if (endpointing.speaking && !over)
      stopWaiting = clock.after(fillMs, () => take(timeline.pause(clock.now())))
  }

  function cut(): void {
    cuts += 1
    stopWaiting()
    unheard = []
    timeline.reset()
    endpointing.reset()
    ear.reset()
    segments.drop()
    speaks(false)
  }

  /** Judges what came, and ends what is being said. */
  async function finish(): Promise<void> {
    over = true
    stopWaiting()
    take(timeline.flush())
    await hearing
    endpointing.flush()
    await segments.settled()
  }

  return {
    write(pcm) {
      if (over || pcm.length === 0) return
      stopWaiting()
      take(timeline.write(resample(pcm), clock.now()))
    },
    end(withinMs) {
      ended ??= finish()
      const all = ended
      if (withinMs === undefined) return all
      return new Promise((resolve) => {
        const late = clock.after(withinMs, () => {
          endpointing.flush()
          segments.giveUp(NO_TIME)
          segments
            .settled()
            .then(() => lose(NO_TIME))
            .then(resolve, resolve)
        })
        all.finally(late).then(resolve, resolve)
      })
    },
    cut,
  }
}
