import { levelOf } from './types.ts'

/** A piece of an agent's voice, as the wire has it. */
interface VoicePiece {
  run: string
  index: number
  sampleRate: number
  pcm: Int16Array
}

/** Plays agents' voices, one piece after the other. */
export interface VoicePlayer {
  play(piece: VoicePiece): void
  /** Silence at once, also for what still comes of this run. */
  stop(run: string): void
  /** How loud it is at this moment, 0 to 1. */
  level(): number
  close(): void
}

/** As much of a browser's AudioContext as is used here. */
export type PlayContext = Pick<
  AudioContext,
  'currentTime' | 'destination' | 'createBuffer' | 'createBufferSource' | 'createAnalyser' | 'close'
>

/** So much later than it came a first piece is played, s: the next ones may take their time. */
const LEAD_S = 0.12
/** Runs that were stopped are known for as long as pieces of them may be on their way. */
const STOPPED_KEPT = 50

export function createVoicePlayer(context: PlayContext): VoicePlayer {
  const analyser = context.createAnalyser()
  analyser.fftSize = 1024
  analyser.connect(context.destination)
  const wave = new Float32Array(analyser.fftSize)
  /** What is planned and not over yet, in order. */
  let planned: { run: string; source: AudioBufferSourceNode; until: number }[] = []
  const last = new Map<string, number>()
  const stopped = new Set<string>()

  return {
    play: ({ run, index, sampleRate, pcm }) => {
      if (pcm.length === 0 || stopped.has(run) || index <= (last.get(run) ?? -1)) return
      last.set(run, index)
      const buffer = context.createBuffer(1, pcm.length, sampleRate)
      buffer.copyToChannel(
        Float32Array.from(pcm, (sample) => sample / 32_768),
        0,
      )
      const source = context.createBufferSource()
      source.buffer = buffer
      source.connect(analyser)
      const free = planned.at(-1)?.until ?? 0
      const at = free > context.currentTime ? free : context.currentTime + LEAD_S
      source.start(at)
      const one = { run, source, until: at + buffer.duration }
      planned.push(one)
      source.onended = () => {
        planned = planned.filter((other) => other !== one)
        source.disconnect()
      }
    },
    stop: (run) => {
      stopped.add(run)
      for (const old of [...stopped].slice(0, -STOPPED_KEPT)) stopped.delete(old)
      last.delete(run)
      for (const one of planned) if (one.run === run) one.source.stop()
      planned = planned.filter((one) => one.run !== run)
    },
    level: () => {
      if (planned.length === 0) return 0
      analyser.getFloatTimeDomainData(wave)
      return levelOf(Math.sqrt(wave.reduce((sum, x) => sum + x * x, 0) / wave.length))
    },
    close: () => {
      for (const { source } of planned) source.stop()
      planned = []
      void context.close()
    },
  }
}
