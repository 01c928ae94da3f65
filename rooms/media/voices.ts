import { emit, type RoomCore } from '../core.ts'
import { within } from '../deadline.ts'
import type { Sound } from '../speech/types.ts'
import { durationOf, piecesOf } from './sound.ts'
import type { RoomMedia, VoiceSink } from './types.ts'

/** A listener's page plays what it has, so this much may be sent before its time, ms. */
const AHEAD_MS = 400
/** A stop takes effect between two of these, ms. */
const PIECE_MS = 200
/** A way to people that takes nothing for so long is broken, ms. */
const STALLED_MS = 5_000

/** What agents say aloud in a room: to the sockets of those who talk by them, and to the room's media. */
export function createVoices(
  core: RoomCore,
  deps: {
    agentName(id: string): string | undefined
    /** Whether somebody talks, and so hears, by a socket. */
    heardLocally(): boolean
  },
) {
  let media: RoomMedia | undefined
  const listeners = () => deps.heardLocally() || media?.hasListeners() === true

  return {
    attach(next: RoomMedia | undefined) {
      media = next
    },

    attached: () => media !== undefined,
    heard: () => core.settings.voice && core.status === 'open' && listeners(),

    open(talkback: { run: string; agent: string }): VoiceSink {
      const sinks: VoiceSink[] = []
      if (deps.heardLocally()) sinks.push(createLocalVoice(core, talkback, deps.agentName))
      if (media?.hasListeners()) sinks.push(media.openVoice(talkback))
      return together(core, sinks)
    },
  }
}

/** All of them at once: one that breaks is left alone, and while one works the voice goes on. */
function together(core: RoomCore, sinks: VoiceSink[]): VoiceSink {
  let working = sinks
  let stopped = false

  async function each(run: (sink: VoiceSink) => Promise<void>): Promise<void> {
    const failures = new Map<VoiceSink, unknown>()
    await Promise.all(
      working.map((sink) =>
        unlessStalled(core, run(sink)).catch((error: unknown) => failures.set(sink, error)),
      ),
    )
    if (stopped || failures.size === 0) return
    for (const [sink, err] of failures) {
      core.logger.warn({ err }, 'a voice was not heard everywhere')
      sink.stop()
    }
    working = working.filter((sink) => !failures.has(sink))
    if (working.length === 0) throw [...failures.values()][0]
  }

  return {
    async write(sound) {
      for (const piece of piecesOf(sound, PIECE_MS)) {
        if (stopped) return
        if (working.length === 0) throw new Error('nobody is there to hear it')
        await each((sink) => sink.write(piece))
      }
    },
    finish: () => each((sink) => sink.finish()),
    stop() {
      stopped = true
      for (const sink of working) sink.stop()
    },
    playedMs: () => Math.max(0, ...sinks.map((sink) => sink.playedMs())),
  }
}

function unlessStalled({ clock }: RoomCore, done: Promise<void>): Promise<void> {
  return within(clock, STALLED_MS, done, () => new Error('a voice is not taken'))
}

/** Sends the sound about as fast as it is heard, so that there is little to take back when it is stopped. */
function createLocalVoice(
  core: RoomCore,
  { run, agent }: { run: string; agent: string },
  agentName: (id: string) => string | undefined,
): VoiceSink {
  const { clock } = core
  let index = 0
  let sentMs = 0
  /** When all that was sent is over. */
  let overAt = 0
  let stoppedAt: number | undefined
  let wake = () => {}

  const now = () => stoppedAt ?? clock.now()
  const ahead = () => Math.max(0, overAt - now())

  /** Resolves when so much at most is still to be heard, or it was stopped. */
  async function until(aheadMs: number): Promise<void> {
    while (stoppedAt === undefined && ahead() > aheadMs)
      await new Promise<void>((resolve) => {
        const cancel = clock.after(ahead() - aheadMs, resolve)
        wake = () => {
          cancel()
          resolve()
        }
      })
  }

  return {
    async write(sound: Sound) {
      await until(AHEAD_MS - PIECE_MS)
      if (stoppedAt !== undefined) return
      const { pcm, sampleRate } = sound
      emit(core, {
        type: 'talkback.audio',
        actor: { id: agent, name: agentName(agent) ?? agent, kind: 'agent' },
        data: {
          ...{ run, agent, index: index++, sample_rate: sampleRate },
          pcm: new Uint8Array(pcm.buffer, pcm.byteOffset, pcm.byteLength),
        },
      })
      const ms = durationOf(sound)
      overAt = Math.max(overAt, clock.now()) + ms
      sentMs += ms
    },
    finish: () => until(0),
    stop() {
      stoppedAt ??= clock.now()
      wake()
    },
    playedMs: () => sentMs - ahead(),
  }
}
