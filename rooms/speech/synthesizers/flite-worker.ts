/** The thread in which flite makes sound, so that the event loop never waits for it. */
import { readFile } from 'node:fs/promises'
import { parentPort, workerData } from 'node:worker_threads'
import { runFlite } from './flite-program.ts'
import { readWav } from './wav.ts'

export interface FliteRequest {
  id: number
  text: string
}

export type FliteAnswer =
  | { id: number; pcm: Int16Array<ArrayBuffer>; sampleRate: number }
  | { id: number; error: string }

const port = parentPort
if (!port) throw new Error('this file is a worker thread')
const { wasm }: { wasm: string } = workerData
const compiled = readFile(new URL(wasm)).then((bytes) => WebAssembly.compile(bytes))

port.on('message', async ({ id, text }: FliteRequest) => {
  const say = (answer: FliteAnswer, moved: ArrayBuffer[] = []) => port.postMessage(answer, moved)
  try {
    const file = await runFlite(await compiled, ['-voice', 'slt', '-t', text])
    const { pcm, sampleRate } = readWav(file)
    const own = Int16Array.from(pcm)
    say({ id, pcm: own, sampleRate }, [own.buffer])
  } catch (error) {
    // the type alone: a message might quote the text
    say({ id, error: error instanceof Error ? error.name : 'unknown' })
  }
})
