import type { Bus, Hearing, Microphone, Speech } from '#rooms'

/** A microphone that somebody opened, and what it hears. */
export interface FakeVoice {
  /** Says what the words are. */
  told: Hearing
  /** The loudest sample so far. */
  loudest(): number
  ended(): boolean
}

interface Opened extends FakeVoice {
  userId: string | undefined
  taken: boolean
}

/** The speech port without a transcriber: it tells how loud somebody is, and a test says what they say. */
export function createFakeSpeech() {
  const opened: Opened[] = []
  const waiting = new Set<() => void>()
  /** Whose microphone opens now: the port is not told, but the room's events say it. */
  let opening: Opened | undefined

  const port: Speech = {
    listen(_, told): Microphone {
      let loudest = 0
      let ended = false
      const voice: Opened = {
        ...{ told, userId: undefined, taken: false },
        loudest: () => loudest,
        ended: () => ended,
      }
      opened.push(voice)
      queueMicrotask(() => {
        opening = voice
        told.speaking(true)
        told.speaking(false)
        opening = undefined
        for (const look of [...waiting]) look()
      })
      return {
        write(pcm) {
          for (const sample of pcm) loudest = Math.max(loudest, Math.abs(sample))
        },
        async end() {
          ended = true
        },
        cut() {},
      }
    },
    backlogMs: () => 0,
    async stop() {},
  }

  return {
    port,
    /** Needed to know whose microphones are opened. */
    follow: (bus: Bus) =>
      bus.subscribe((signal) => {
        if (signal.kind === 'ephemeral' && signal.event.type === 'participant.speaking' && opening)
          opening.userId = signal.event.actor.id
      }),
    /** The next microphone of somebody, opened before or to come. */
    heard: (userId: string): Promise<FakeVoice> =>
      new Promise((resolve) => {
        const look = () => {
          const voice = opened.find((one) => one.userId === userId && !one.taken)
          if (!voice) return
          voice.taken = true
          waiting.delete(look)
          resolve(voice)
        }
        waiting.add(look)
        look()
      }),
    /** How many microphones somebody has had. */
    count: (userId: string) => opened.filter((one) => one.userId === userId).length,
    users: () => opened.map(({ userId }) => userId ?? ''),
  }
}
