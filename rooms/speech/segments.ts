import type { Clock } from '../clock.ts'
import { msOf } from './chunk.ts'
import { cleanTranscript } from './clean.ts'
import type { Spoken } from './endpointing.ts'
import type { SpeechOptions } from './options.ts'
import type { Line, Listening, Outcome } from './queue.ts'
import type { Hearing } from './types.ts'

/** How often people are told how late words are, ms. */
const TELL_EVERY = 1_000

/** What became of a stretch of speech, for metrics. */
export interface SpeechObservation {
  stage: 'transcription'
  /** `empty`: nothing was said in it. */
  outcome: 'final' | 'empty' | 'gap'
  /** From the end of the voice until then. */
  ms: number
}

interface Deps {
  line: Line
  clock: Clock
  nextId: () => string
  told: Hearing
  observe: (what: SpeechObservation) => void
}

interface Segment {
  id: string
  listening: Listening
  /** Once it is over. */
  spoken: Spoken | undefined
  outcome: Outcome | undefined
}

/** The segments of one microphone: what each turns out to be is told in the order in which they were spoken. */
export function createSegments(
  { line, clock, nextId, told, observe }: Deps,
  { lateMs }: Pick<SpeechOptions, 'lateMs'>,
) {
  /** Those that were not told yet, oldest first. */
  let open: Segment[] = []
  let current: Segment | undefined
  let toldBehind = 0
  let ticking: (() => void) | undefined
  const waiting = new Set<() => void>()

  return {
    begin(sound: Int16Array): void {
      const segment: Segment = {
        // as LiveKit makes them
        id: `SG_${nextId().replaceAll('-', '').slice(0, 12)}`,
        listening: line.begin((text) => {
          if (open.includes(segment) && !segment.outcome && text.trim() !== '')
            told.partial(segment.id, text.trim())
        }),
        spoken: undefined,
        outcome: undefined,
      }
      segment.listening.write(sound)
      open.push(segment)
      current = segment
    },

    more: (sound: Int16Array) => current?.listening.write(sound),

    end(spoken: Spoken): void {
      const segment = current
      if (!segment) return
      current = undefined
      segment.spoken = spoken
      // what a forced cut left over may be silence alone
      if (spoken.voicedMs === 0) {
        segment.listening.cancel()
        settle(segment, { text: '' })
        return
      }
      segment.listening.end(spoken.sound).then((outcome) => settle(segment, outcome))
      watch()
    },

    /** Nothing that was not told yet will be. */
    drop(): void {
      const dropped = open
      open = []
      current = undefined
      for (const { listening } of dropped) listening.cancel()
      watch()
    },

    /** What has no words by now becomes a gap. */
    giveUp(reason: string): void {
      for (const segment of open) if (segment.spoken) segment.listening.cancel(reason)
    },

    /** Resolves when all was told. */
    settled: () =>
      open.length === 0
        ? Promise.resolve()
        : new Promise<void>((resolve) => {
            waiting.add(resolve)
          }),
  }

  function settle(segment: Segment, outcome: Outcome): void {
    segment.outcome = outcome
    for (let first = open[0]; first?.spoken && first.outcome; first = open[0]) {
      open.shift()
      tell(first.id, first.spoken, first.outcome)
    }
    watch()
  }

  function tell(segment: string, { from, to, ...spoken }: Spoken, outcome: Outcome): void {
    const took = (what: SpeechObservation['outcome']) =>
      observe({ stage: 'transcription', outcome: what, ms: Math.max(0, clock.now() - to) })
    if ('gap' in outcome) {
      took('gap')
      told.gap({ from, to, reason: outcome.gap })
      return
    }
    const { confidence } = outcome
    const known = confidence === undefined ? {} : { confidence }
    const soundMs = msOf(spoken.sound.length)
    const text = cleanTranscript(outcome.text, { ...spoken, ...known, soundMs })
    took(text === '' ? 'empty' : 'final')
    if (text !== '') told.final({ segment, text, from, to, ...known })
  }

  /** Says how late words are, while they are. */
  function watch(): void {
    const oldest = open[0]?.spoken
    const late = oldest ? Math.max(0, clock.now() - oldest.to) : 0
    // not told anew at each word while it is about the bound
    const behind = late > (toldBehind > 0 ? lateMs / 2 : lateMs) ? late : 0
    if (behind !== toldBehind) told.delayed(behind)
    toldBehind = behind
    ticking?.()
    ticking = oldest ? clock.after(TELL_EVERY, watch) : undefined
    if (open.length > 0) return
    for (const resolve of waiting) resolve()
    waiting.clear()
  }
}
