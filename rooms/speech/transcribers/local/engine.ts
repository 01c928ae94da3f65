import { HubError } from '#protocol'
import { modelThread } from '../../../weights/index.ts'
import type { WhisperMessage, WhisperRequest } from './worker.ts'

/** Whisper in its thread: one piece of sound after the other. */
export interface Engine {
  /**
   * The words of at most 28 s, 16,000 samples a second. Rejects with `provider_failed` when the model failed or was
   * stopped.
   */
  transcribe(pcm: Int16Array): Promise<string>
  /** Nothing is under way and nothing waits. */
  idle(): boolean
  /** Resolves when the thread has ended, by itself or not. */
  readonly ended: Promise<void>
  stop(): Promise<void>
}

interface Job {
  id: number
  samples: Float32Array
  resolve(text: string): void
  reject(error: HubError): void
}

/** Whisper has no words for less: 1.25 s at 16,000 Hz. */
const LEAST_SAMPLES = 20_000

/** Loads a model in a thread. Throws `provider_failed` where it cannot be run. */
export async function startEngine(weights: string, language: string): Promise<Engine> {
  const worker = modelThread(new URL('./worker.ts', import.meta.url), { weights, language })
  // not `once`, which an error would end
  const exit = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const waiting: Job[] = []
  let running: Job | undefined
  let ids = 0
  let over: HubError | undefined
  let ready = false

  function next(): void {
    running = waiting.shift()
    // an idle thread does not keep the process alive
    if (running) worker.ref()
    else worker.unref()
    if (running) {
      const { id, samples } = running
      worker.postMessage({ id, samples } satisfies WhisperRequest, [samples.buffer as ArrayBuffer])
    }
  }

  function end(message: string, cause?: unknown): HubError {
    over ??= new HubError('provider_failed', message, { cause })
    for (const job of [...(running ? [running] : []), ...waiting.splice(0)]) job.reject(over)
    running = undefined
    return over
  }

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: WhisperMessage) => {
      if ('ready' in message) {
        ready = true
        resolve()
        return
      }
      const job = running
      if (over || job?.id !== message.id) return
      next()
      if ('text' in message) job.resolve(message.text)
      else
        job.reject(
          new HubError('provider_failed', 'Whisper failed.', { cause: new Error(message.error) }),
        )
    })
    worker.on('error', (error) => reject(end('Whisper does not run on this machine.', error)))
    worker.on('exit', () => reject(end("Whisper's thread ended.")))
  })
  if (ready) worker.unref()

  return {
    ended: exit,
    idle: () => running === undefined && waiting.length === 0,
    transcribe(pcm) {
      if (over) return Promise.reject(over)
      const samples = new Float32Array(Math.max(LEAST_SAMPLES, pcm.length))
      for (const [i, sample] of pcm.entries()) samples[i] = sample / 32_768
      return new Promise((resolve, reject) => {
        waiting.push({ id: ++ids, samples, resolve, reject })
        if (!running) next()
      })
    },
    async stop() {
      if (over) return
      end('Whisper was stopped.')
      worker.ref()
      worker.postMessage('stop' satisfies WhisperRequest)
      await exit
    },
  }
}
