/**
 * Runs in the browser's audio thread: makes frames of PCM16 of what the microphone gives, and posts them.
 * It stands alone: nothing can be imported there.
 */
declare class AudioWorkletProcessor {
  readonly port: MessagePort
}
declare function registerProcessor(
  name: string,
  made: new (options: { processorOptions: { samples: number } }) => AudioWorkletProcessor,
): void

class Recorder extends AudioWorkletProcessor {
  readonly #samples: number
  #frame: Int16Array<ArrayBuffer>
  #filled = 0

  constructor({ processorOptions: { samples } }: { processorOptions: { samples: number } }) {
    super()
    this.#samples = samples
    this.#frame = new Int16Array(samples)
  }

  process([input]: Float32Array[][]): boolean {
    for (const sample of input?.[0] ?? []) {
      this.#frame[this.#filled] = Math.round(Math.max(-1, Math.min(1, sample)) * 32_767)
      this.#filled += 1
      if (this.#filled < this.#samples) continue
      this.port.postMessage(this.#frame.buffer, [this.#frame.buffer])
      this.#frame = new Int16Array(this.#samples)
      this.#filled = 0
    }
    return true
  }
}

registerProcessor('recorder', Recorder)
