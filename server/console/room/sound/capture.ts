import { problem } from './problems.ts'
import recorder from './recorder.ts?worklet'

export interface Capture {
  /** Samples a second of the frames. */
  sampleRate: number
  close(): void
}

/** What speech needs; where the browser cannot, its own rate is taken. */
const RATE = 16_000
/** How long a frame is, of a second. */
const FRAME = 0.1

/**
 * Opens the microphone and gives its sound in frames of PCM16.
 *
 * @throws Error that `sayProblem` knows
 */
export async function capture(told: {
  frame(pcm: Int16Array): void
  /** The device is gone. */
  ended(): void
}): Promise<Capture> {
  // absent where the page does not come by https
  const devices: MediaDevices | undefined = navigator.mediaDevices
  if (devices === undefined) throw problem('InsecureContextError')
  const stream = await devices.getUserMedia({
    audio: {
      channelCount: 1,
      // the agents' voice comes from this page: they shall not hear themselves
      ...{ echoCancellation: true, noiseSuppression: true, autoGainControl: true },
    },
  })
  const close = () => {
    for (const track of stream.getTracks()) track.stop()
  }
  try {
    const { context, source } = connect(stream)
    await context.audioWorklet.addModule(recorder)
    await context.resume()
    const node = new AudioWorkletNode(context, 'recorder', {
      numberOfOutputs: 0,
      processorOptions: { samples: Math.round(context.sampleRate * FRAME) },
    })
    node.port.onmessage = ({ data }: MessageEvent<ArrayBuffer>) => told.frame(new Int16Array(data))
    source.connect(node)
    stream.getAudioTracks()[0]?.addEventListener('ended', told.ended)
    return {
      sampleRate: context.sampleRate,
      close: () => {
        node.port.onmessage = null
        close()
        void context.close()
      },
    }
  } catch (error) {
    close()
    throw error
  }
}

/** Firefox connects no microphone to a context of another rate than the device's. */
function connect(stream: MediaStream) {
  const open = (options: AudioContextOptions) => {
    const context = new AudioContext(options)
    return { context, source: context.createMediaStreamSource(stream) }
  }
  try {
    return open({ sampleRate: RATE })
  } catch {
    return open({})
  }
}
