/** The thread that runs Whisper, so that the event loop never waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import { Whisper, WhisperFullParams, WhisperSamplingStrategy } from '@napi-rs/whisper'
import { SAMPLE_RATE } from '../../chunk.ts'

/** Asked of the worker, 16,000 samples a second; `stop` ends the thread. */
export type WhisperRequest = { id: number; samples: Float32Array } | 'stop'

/** Said by the worker: once that it is ready, then an answer to each request. */
export type WhisperMessage =
  | { ready: true }
  | { id: number; text: string }
  | { id: number; error: string }

const given: { weights: string; language: string } = workerData
const port = parentPort
if (!port) throw new Error('this file is a worker thread')

const whisper = new Whisper(given.weights, { useGpu: false })

/** Whisper hears in steps of 20 ms: 1,500 of them, of which a short piece of sound needs few. */
const STEP_SAMPLES = 320
const ALL_STEPS = 1_500
/**
 * Silence that is heard after it. Measured on 23 clips of 58 s (152 words), time by the processor's clock: with 384 steps
 * 0.13 of real time and 9 words wrong, with all 1,500 always 0.50 and 8; with 192 a sentence was heard three times over.
 */
const SILENT_STEPS = 384
/** Nobody says more letters in a second: something was heard over and over. */
const MOST_LETTERS = 25

function transcribe(samples: Float32Array): string {
  const steps = Math.ceil(samples.length / STEP_SAMPLES) + SILENT_STEPS
  const text = hear(samples, Math.min(ALL_STEPS, steps))
  const most = (samples.length / SAMPLE_RATE) * MOST_LETTERS
  return text.length > most && steps < ALL_STEPS ? hear(samples, ALL_STEPS) : text
}

function hear(samples: Float32Array, steps: number): string {
  const params = new WhisperFullParams(WhisperSamplingStrategy.Greedy)
  params.language = given.language
  // a second thread waits for the first by spinning: on a busy machine both take many times as long
  params.nThreads = 1
  params.audioCtx = steps
  params.noTimestamps = true
  params.noContext = true
  params.printProgress = false
  params.printRealtime = false
  params.printTimestamps = false
  return whisper.full(params, samples).trim()
}

port.on('message', (request: WhisperRequest) => {
  if (request === 'stop') {
    port.close()
    return
  }
  const { id, samples } = request
  const say = (message: WhisperMessage) => port.postMessage(message)
  try {
    say({ id, text: transcribe(samples) })
  } catch (error) {
    // the type alone: a message might quote the text
    say({ id, error: error instanceof Error ? error.name : 'unknown' })
  }
})

port.postMessage({ ready: true } satisfies WhisperMessage)
