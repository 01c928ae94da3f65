/** The thread that runs the embedding model, so that the event loop never waits for it. */
import { readFileSync } from 'node:fs'
import { parentPort, workerData } from 'node:worker_threads'
import { Tokenizer } from '@huggingface/tokenizers'
import ort from 'onnxruntime-node'

/** Asked of the worker; `stop` ends the thread. */
export type EmbedRequest = { id: number; texts: string[] } | 'stop'

/** Said by the worker: once that it is ready, then an answer to each request. */
export type WorkerMessage =
  | { ready: true }
  | { id: number; vectors: Float32Array[] }
  | { id: number; error: string }

/** What the model was trained on; more of a text is not read. */
const MOST_TOKENS = 256

/** Paths of the model's files. */
const files: { graph: string; tokenizer: string } = workerData
const port = parentPort
if (!port) throw new Error('this file is a worker thread')

const tokenizer = new Tokenizer(JSON.parse(readFileSync(files.tokenizer, 'utf8')), {})
const session = await ort.InferenceSession.create(files.graph, {
  // the rooms come first: a model that takes all cores would hold them up
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: 'sequential',
})

async function embed(text: string): Promise<Float32Array> {
  const { ids } = tokenizer.encode(text)
  const last = ids.at(-1) ?? 0
  const read = ids.length > MOST_TOKENS ? [...ids.slice(0, MOST_TOKENS - 1), last] : ids
  const tensor = (numbers: number[]) =>
    new ort.Tensor('int64', BigInt64Array.from(numbers, BigInt), [1, numbers.length])
  const { embedding } = await session.run({
    input_ids: tensor(read),
    attention_mask: tensor(read.map(() => 1)),
  })
  if (!(embedding?.data instanceof Float32Array)) throw new Error('the model gave no embedding')
  return embedding.data
}

let stopped = false

port.on('message', async (request: EmbedRequest) => {
  if (request === 'stop') {
    stopped = true
    port.close()
    return
  }
  const { id, texts } = request
  const say = (message: WorkerMessage) => port.postMessage(message)
  try {
    const vectors: Float32Array[] = []
    for (const text of texts) if (!stopped) vectors.push(await embed(text))
    say({ id, vectors })
  } catch (error) {
    // the type alone: a message might quote the text
    say({ id, error: error instanceof Error ? error.name : 'unknown' })
  }
})

port.postMessage({ ready: true } satisfies WorkerMessage)
