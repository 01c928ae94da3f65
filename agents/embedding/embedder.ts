import { once } from 'node:events'
import { join } from 'node:path'
import { modelThread } from '#rooms/weights'
import { GRAPH, TOKENIZER } from './catalogue.ts'
import type { EmbedRequest, WorkerMessage } from './worker.ts'

/** Texts as vectors of length 1: the closer in meaning, the larger the product of two. */
export interface Embedder {
  /** Of the model, for logs. */
  readonly name: string
  /**
   * One vector for each text. What is urgent goes before all that is not under way yet. Rejects when the model
   * failed or was stopped.
   */
  embed(texts: string[], options?: { urgent?: boolean }): Promise<Float32Array[]>
  stop(): Promise<void>
}

interface Job {
  id: number
  texts: string[]
  resolve(vectors: Float32Array[]): void
  reject(error: Error): void
}

/** Starts the model of a folder in a worker thread. Throws when it cannot be run there. */
export async function startEmbedder(folder: string): Promise<Embedder> {
  const worker = modelThread(new URL('./worker.ts', import.meta.url), {
    graph: join(folder, GRAPH),
    tokenizer: join(folder, TOKENIZER),
  })
  const urgent: Job[] = []
  const waiting: Job[] = []
  let running: Job | undefined
  let ids = 0
  let over: Error | undefined

  const ask = (request: EmbedRequest) => worker.postMessage(request)

  function next(): void {
    running = urgent.shift() ?? waiting.shift()
    // an idle thread does not keep the process alive
    if (running) worker.ref()
    else worker.unref()
    if (running) ask({ id: running.id, texts: running.texts })
  }

  function end(error: Error): void {
    over ??= error
    for (const job of [...(running ? [running] : []), ...urgent.splice(0), ...waiting.splice(0)])
      job.reject(over)
    running = undefined
  }

  await new Promise<void>((resolve, reject) => {
    worker.on('message', (message: WorkerMessage) => {
      if ('ready' in message) {
        resolve()
        return
      }
      const job = running
      if (over || job?.id !== message.id) return
      next()
      if ('vectors' in message) job.resolve(message.vectors)
      else job.reject(new Error(`the embedding model failed: ${message.error}`))
    })
    worker.on('error', (error) => {
      end(error)
      reject(error)
    })
    worker.on('exit', (code) => {
      const error = new Error(`the embedding model's thread ended with ${code}`)
      end(error)
      reject(error)
    })
  })
  worker.unref()

  return {
    name: 'all-MiniLM-L6-v2',
    embed(texts, options = {}) {
      if (over) return Promise.reject(over)
      return new Promise((resolve, reject) => {
        const queue = options.urgent ? urgent : waiting
        queue.push({ id: ++ids, texts, resolve, reject })
        if (!running) next()
      })
    },
    async stop() {
      if (over) return
      end(new Error('the embedding model was stopped'))
      // not `terminate`: a thread that ends within the model takes the whole process with it
      worker.ref()
      const exit = once(worker, 'exit')
      ask('stop')
      await exit
    },
  }
}
