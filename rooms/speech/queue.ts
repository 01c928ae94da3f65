import type { Logger } from 'pino'
import { HubError } from '#protocol'
import type { Clock } from '../clock.ts'
import { sleep } from '../clock.ts'
import { msOf } from './chunk.ts'
import { isAbsurd } from './clean.ts'
import type { SpeechOptions } from './options.ts'
import type { Transcriber, Transcript, Utterance } from './types.ts'

/** Of one speaker at most so many are with the transcriber, so that the others' turn comes. */
const OF_ONE_SPEAKER = 2
const PARALLEL = 4

/** What became of an utterance: its words, or why there are none. */
export type Outcome = Transcript | { gap: string }

/** The utterances of one microphone. */
export interface Line {
  /** Somebody began to speak. */
  begin(onPartial: (text: string) => void): Listening
}

/** An utterance that is not over. */
export interface Listening {
  write(pcm: Int16Array): void
  /** It is over; `sound` is what belongs to it, which may be less than was written. Never rejects. */
  end(sound: Int16Array): Promise<Outcome>
  /** Nobody wants it any more. After `end`, that resolves as a gap for this reason. */
  cancel(reason?: string): void
}

interface Job {
  sound: Int16Array
  /** What heard it live, where that heard neither more nor less. */
  live: Utterance | undefined
  onPartial(text: string): void
  settle(outcome: Outcome): void
  /** Ends the attempt that is under way. */
  abort: (() => void) | undefined
  settled: boolean
}

interface Queue {
  waiting: Job[]
  underWay: number
}

interface Deps {
  transcriber: Transcriber
  clock: Clock
  log: Logger
}

type Options = Pick<SpeechOptions, 'waitingMs' | 'timeoutMs' | 'retryMs'>

/**
 * Shares the transcriber among speakers: each has a turn after the other, a few are under way at once, and what waits
 * is bounded. Whatever the transcriber does, each utterance comes to an outcome.
 */
export function createQueue({ transcriber, clock, log }: Deps, options: Options) {
  const parallel = transcriber.parallel ?? PARALLEL
  /** Who has something waiting, the next one first. */
  const turns: Queue[] = []
  const unsettled = new Set<Job>()
  let underWay = 0
  let ready = false
  let warming = false

  return {
    warm,

    open(): Line {
      const queue: Queue = { waiting: [], underWay: 0 }
      return { begin: (onPartial) => begin(queue, onPartial) }
    },

    /** Sound whose words are not known yet, ms. */
    backlogMs: () => soundOf(unsettled),
  }

  /** Gets the transcriber ready. Where that fails, nothing can be waited for. */
  function warm(): void {
    if (ready || warming) return
    warming = true
    transcriber
      .warm()
      .then(
        () => {
          ready = true
          next()
        },
        (err) => {
          log.warn({ reason: reasonOf(err), transcriber: transcriber.name }, 'nobody transcribes')
          for (const queue of turns.splice(0))
            for (const job of queue.waiting.splice(0)) finish(job, { gap: 'transcriber not ready' })
        },
      )
      .finally(() => {
        warming = false
      })
  }

  function begin(queue: Queue, onPartial: (text: string) => void): Listening {
    let live = ready ? start(onPartial) : undefined
    let written = 0
    let job: Job | undefined
    warm()

    return {
      write(pcm) {
        live?.write(pcm)
        written += pcm.length
      },
      end: (sound) =>
        new Promise((resolve) => {
          if (sound.length !== written) {
            live?.cancel()
            live = undefined
          }
          job = { sound, live, onPartial, settle: resolve, abort: undefined, settled: false }
          unsettled.add(job)
          queue.waiting.push(job)
          if (!turns.includes(queue)) turns.push(queue)
          warm()
          next()
          shed()
        }),
      cancel(reason = 'dropped') {
        if (!job) live?.cancel()
        else if (!job.settled) {
          const { abort } = job
          const at = queue.waiting.indexOf(job)
          if (at >= 0) queue.waiting.splice(at, 1)
          finish(job, { gap: reason })
          abort?.()
        }
      },
    }
  }

  /** Begins an utterance; one that cannot begin is tried when it is over. */
  function start(onPartial: (text: string) => void): Utterance | undefined {
    try {
      return transcriber.begin({ onPartial })
    } catch {
      return undefined
    }
  }

  /** Hands utterances to the transcriber, one speaker after the other. */
  function next(): void {
    while (ready && underWay < parallel) {
      const turn = turns.findIndex((queue) => queue.underWay < OF_ONE_SPEAKER)
      const [queue] = turn < 0 ? [] : turns.splice(turn, 1)
      if (!queue) return
      const job = queue.waiting.shift()
      if (queue.waiting.length > 0) turns.push(queue)
      if (!job) continue
      underWay += 1
      queue.underWay += 1
      void transcribe(job)
        .then((outcome) => finish(job, outcome))
        .finally(() => {
          underWay -= 1
          queue.underWay -= 1
          next()
        })
    }
  }

  /** Who waits with the most loses what they said first, so that what is said now is heard in time. */
  function shed(): void {
    while (soundOf(turns.flatMap(({ waiting }) => waiting)) > options.waitingMs) {
      const [longest] = [...turns].sort((a, b) => soundOf(b.waiting) - soundOf(a.waiting))
      const job = longest?.waiting.shift()
      if (!job) return
      finish(job, { gap: 'transcriber overloaded' })
    }
  }

  function finish(job: Job, outcome: Outcome): void {
    if (job.settled) return
    job.settled = true
    job.live?.cancel()
    unsettled.delete(job)
    job.settle(outcome)
  }

  async function transcribe(job: Job): Promise<Outcome> {
    for (const retry of [false, true]) {
      if (retry) await sleep(clock, options.retryMs)
      if (job.settled) break
      const { live } = job
      job.live = undefined
      try {
        return await attempt(job, live)
      } catch (err) {
        if (job.settled) break
        const reason = reasonOf(err)
        log.warn({ reason, retry, transcriber: transcriber.name }, 'speech got no words')
      }
    }
    return { gap: 'transcriber failed' }
  }

  async function attempt(job: Job, live: Utterance | undefined): Promise<Transcript> {
    const utterance = live ?? transcriber.begin({ onPartial: job.onPartial })
    let stop = () => {}
    try {
      if (!live) utterance.write(job.sound)
      const ended = utterance.end()
      const transcript = await new Promise<Transcript>((resolve, reject) => {
        const late = clock.after(options.timeoutMs, () =>
          reject(new HubError('timed_out', 'No words came in time.')),
        )
        job.abort = () => reject(new HubError('conflict', 'Nobody wants it any more.'))
        stop = () => {
          late()
          job.abort = undefined
        }
        ended.then(resolve, reject)
      })
      check(transcript, job)
      return transcript
    } catch (error) {
      utterance.cancel()
      throw error
    } finally {
      stop()
    }
  }
}

/** An adapter speaks with strangers: what it passes on may be anything. */
function check(transcript: Transcript, { sound }: Job): void {
  const text: unknown = transcript?.text
  if (typeof text !== 'string' || isAbsurd(text, msOf(sound.length)))
    throw new HubError('provider_failed', 'The transcriber answered with what cannot be words.')
}

/** Without the text of the exception, which may quote what was said. */
function reasonOf(err: unknown): string {
  if (err instanceof HubError) return err.code
  return err instanceof Error ? err.name : 'unknown'
}

function soundOf(jobs: Iterable<Job>): number {
  let samples = 0
  for (const { sound } of jobs) samples += sound.length
  return msOf(samples)
}
