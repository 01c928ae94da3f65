import { batch, computed, signal } from '@preact/signals'
import type { WireEvent } from '#protocol'
import type { OpenMicrophone } from '#protocol/client'
import { type Capture, capture } from './capture.ts'
import { sayProblem } from './problems.ts'
import type { SoundDeps } from './start.ts'
import { LEVELS_EVERY_MS, levelOf, type Sound, type SoundState } from './types.ts'
import { createVoicePlayer, type VoicePlayer } from './voice.ts'

/**
 * Sound of a local room, over the hub's own socket: the hub hears the microphone, and its agents are heard here.
 * People do not hear each other: they sit in one room, or in a call that the hub knows nothing of.
 */
export function createLocalSound({ store, me }: SoundDeps): Sound {
  const state = signal<SoundState>({ phase: 'starting', microphone: 'none' })
  const own = signal(0)
  const voice = signal(0)
  let captured: Capture | undefined
  let microphone: OpenMicrophone | undefined
  let player: VoicePlayer | undefined
  let off: (() => void)[] = []
  /** What is under way is void once it is stopped. */
  let attempt = 0

  const change = (part: Partial<SoundState>) => {
    const { problem: _, ...rest } = state.peek()
    state.value = { ...rest, ...part }
  }

  function frame(pcm: Int16Array) {
    const muted = state.peek().microphone !== 'on'
    if (!muted) microphone?.write(pcm)
    batch(() => {
      own.value = muted ? 0 : levelOf(loudness(pcm))
      change({ phase: microphone?.heard === false ? 'cut' : 'on' })
    })
  }

  function heard(event: WireEvent) {
    if (event.type === 'talkback.stop' && 'run' in event.data) player?.stop(event.data.run)
    if (event.type !== 'talkback.audio' || 'pending' in event) return
    const { run, index, sample_rate: sampleRate, pcm } = event.data
    player?.play({ run, index, sampleRate, pcm: samplesOf(pcm) })
  }

  function release() {
    attempt += 1
    for (const one of off) one()
    off = []
    captured?.close()
    void microphone?.close()
    player?.close()
    captured = undefined
    microphone = undefined
    player = undefined
    own.value = 0
    voice.value = 0
  }

  function fail(error: unknown) {
    release()
    state.value = { phase: 'over', microphone: 'none', problem: sayProblem(error) }
  }

  async function start() {
    release()
    const mine = attempt
    state.value = { phase: 'starting', microphone: 'none' }
    try {
      const opened = await capture({
        frame,
        ended: () => fail({ name: 'UnpluggedError' }),
      })
      if (mine !== attempt) return opened.close()
      captured = opened
      const context = new AudioContext()
      const playing = createVoicePlayer(context)
      player = playing
      await context.resume()
      if (!store.joined.peek()) await store.join()
      if (mine !== attempt) return
      const room = store.room()
      off.push(room.on('*', heard))
      const timer = setInterval(() => {
        voice.value = playing.level()
      }, LEVELS_EVERY_MS)
      off.push(() => clearInterval(timer))
      const hears = await room.openMicrophone({ sampleRate: opened.sampleRate, onEnd: fail })
      if (mine !== attempt) return void hears.close()
      microphone = hears
      state.value = { phase: 'on', microphone: 'on' }
    } catch (error) {
      if (mine === attempt) fail(error)
    }
  }

  return {
    ...{ state, voice, start },
    levels: computed(() => new Map(me === undefined ? [] : [[me, own.value]])),
    agentsHear: signal(true),
    silentUntilClick: signal(false),
    mute: async (on) => change({ microphone: on ? 'muted' : 'on' }),
    reopen: start,
    play: async () => undefined,
    stop: release,
  }
}

function loudness(pcm: Int16Array): number {
  const sum = pcm.reduce((total, sample) => total + (sample / 32_768) ** 2, 0)
  return Math.sqrt(sum / pcm.length)
}

/** In a browser Socket.IO gives what is binary as an ArrayBuffer, whatever it was when it was sent. */
function samplesOf(pcm: Uint8Array | ArrayBuffer): Int16Array {
  const bytes = new Uint8Array(pcm)
  return new Int16Array(bytes.buffer, 0, bytes.byteLength >> 1)
}
