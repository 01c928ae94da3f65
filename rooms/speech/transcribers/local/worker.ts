/** The thread that runs Whisper, so that the event loop never waits for it. */
import { parentPort, workerData } from 'node:worker_threads'
import { Whisper, WhisperFullParams, WhisperSamplingStrategy } from '@napi-rs/whisper'

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

function transcribe(samples: Float32Array): string {
  const params = new WhisperFullParams(WhisperSamplingStrategy.Greedy)
  params.language = given.language
  // a second thread waits for the first by spinning: on a busy machine both take many times as long
  params.nThreads = 1
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
