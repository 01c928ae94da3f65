import type { Logger } from 'pino'
import type { Sound, Synthesizer, VoiceSink } from '#rooms'
import { sentencesOf } from './sentences.ts'

export interface AloudDeps {
  synthesizer: Synthesizer
  log: Logger
}

export interface NarrationOptions {
  /** Ends when it is interrupted. */
  signal: AbortSignal
  /** Asked before the first sound: false, and nothing is said aloud. */
  mayBegin(): Promise<boolean>
  openSink(): VoiceSink
  /** The first sound is on its way. */
  onSound(): void
  /** It is over, or was stopped. */
  onEnd(): void
}

/** One talkback as it is said aloud, while its text is still being written. */
export interface Narration {
  /** The text so far: what is whole of it is said. */
  show(text: string): void
  /** The text is whole. Resolves when all of it was heard, or cannot be said; after a stop at once. */
  finish(text: string): Promise<void>
  /** Silence, at once. */
  stop(): void
  /** Whether there was any sound. */
  sounded(): boolean
  /** What was heard of the text, to the word as far as that is known. */
  heard(): string
}

interface Part {
  text: string
  fromMs: number
  ms: number
  /** Whether all of its sound is known. */
  whole: boolean
}

/** How long a letter takes to say until its sound says better, ms. */
const LETTER_MS = 65

/** Says texts aloud, sentence by sentence: the next is made while one is heard. What cannot be said stays text. */
export function createAloud({ synthesizer, log }: AloudDeps) {
  /** Said once for each time that it begins to fail. */
  let failing = false

  function failed(err: unknown): void {
    if (!failing)
      log.warn({ err, voice: synthesizer.name }, 'the voice failed; agents answer in text')
    failing = true
  }

  return {
    begin({ signal, mayBegin, openSink, onSound, onEnd }: NarrationOptions): Narration {
      const sentences = createInbox<string>()
      /** What was handed to the voice, in order. */
      const given: string[] = []
      const parts: Part[] = []
      let seen = ''
      let writtenMs = 0
      let sink: VoiceSink | undefined
      const stop = new AbortController()
      const ended = AbortSignal.any([signal, stop.signal])
      const over = new Promise<void>((resolve) => {
        const end = () => {
          sink?.stop()
          onEnd()
          resolve()
        }
        if (ended.aborted) end()
        else ended.addEventListener('abort', end, { once: true })
      })
      say()
        .catch((error: unknown) => {
          if (!ended.aborted) failed(error)
        })
        .finally(() => stop.abort())

      async function say(): Promise<void> {
        let playing = Promise.resolve()
        for await (const text of sentences) {
          if (ended.aborted) break
          const sound = ahead(synthesizer.speak(text, ended))
          const before = playing
          playing = before.then(() => play(text, sound))
          // its turn comes when the one before is over; until then nothing after it is made
          playing.catch(() => {})
          await before
        }
        await playing
        await sink?.finish()
      }

      async function play(text: string, sound: AsyncIterable<Sound>): Promise<void> {
        let part: Part | undefined
        for await (const piece of sound) {
          if (ended.aborted) return
          if (!sink) {
            if (!(await mayBegin())) stop.abort()
            if (ended.aborted) return
            sink = openSink()
            onSound()
          }
          if (!part) {
            part = { text, fromMs: writtenMs, ms: 0, whole: false }
            parts.push(part)
          }
          const ms = (piece.pcm.length / piece.sampleRate) * 1_000
          part.ms += ms
          writtenMs += ms
          await sink.write(piece)
        }
        if (part) {
          part.whole = true
          failing = false
        } else parts.push({ text, fromMs: writtenMs, ms: 0, whole: true })
      }

      function give(text: string): void {
        given.push(text)
        sentences.put(text)
      }

      return {
        show(text) {
          if (ended.aborted || !text.startsWith(seen)) return
          seen = text
          for (const sentence of sentencesOf(text, false).slice(given.length)) give(sentence)
        },
        async finish(text) {
          // the whole text may be another than the one that was shown: what was said is not said again
          const all = sentencesOf(text, true)
          const same = all.findIndex((sentence, n) => sentence.trim() !== given[n]?.trim())
          if (same >= 0) for (const sentence of all.slice(same)) give(sentence)
          sentences.close()
          await over
        },
        stop: () => stop.abort(),
        sounded: () => sink !== undefined,
        heard() {
          const played = sink?.playedMs() ?? 0
          return parts
            .map((part) => heardOf(part, played))
            .join('')
            .trimEnd()
        },
      }
    },
  }
}

export type Aloud = ReturnType<typeof createAloud>

/** Of a sentence that was cut, the words that were over by then. */
function heardOf({ text, fromMs, ms, whole }: Part, played: number): string {
  if (played <= fromMs) return ''
  const all = whole ? ms : Math.max(ms, text.length * LETTER_MS)
  if (whole && played >= fromMs + ms - 1) return text
  const letters = Math.floor((text.length * (played - fromMs)) / all)
  return text.slice(0, letters).replace(/\S+$/u, '')
}

/** Begins to make it at once, however late it is asked for. */
function ahead<T>(source: AsyncIterable<T>): AsyncIterable<T> {
  const made = createInbox<T>()
  const making = (async () => {
    for await (const one of source) made.put(one)
  })()
  making.then(made.close, made.fail)
  return made
}

/** What one side puts in, in order, for the other to take. */
function createInbox<T>() {
  const items: T[] = []
  let closed = false
  let failure: { error: unknown } | undefined
  let wake = () => {}

  return {
    put(item: T) {
      items.push(item)
      wake()
    },
    close() {
      closed = true
      wake()
    },
    fail(error: unknown) {
      failure = { error }
      wake()
    },
    async *[Symbol.asyncIterator](): AsyncGenerator<T> {
      for (;;) {
        const item = items.shift()
        if (item !== undefined) yield item
        else if (failure) throw failure.error
        else if (closed) return
        else
          await new Promise<void>((resolve) => {
            wake = resolve
          })
      }
    },
  }
}
