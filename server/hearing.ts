import { randomUUID } from 'node:crypto'
import { type Microphone, type Speech, systemClock } from '#rooms'
import type { Config } from './config.ts'
import type { Logger } from './log.ts'
import type { Metrics } from './metrics.ts'

interface Deps {
  config: Pick<Config, 'dataDir' | 'models'>
  log: Logger
  metrics: Metrics
}

/** Hears people from the first microphone on: until then neither time nor memory is spent on it. */
export function openHearing({ config, log, metrics }: Deps): Speech {
  return createLazySpeech(async () => {
    const [{ createSpeech }, { openTranscriber }] = await Promise.all([
      import('#rooms/speech'),
      import('#rooms/speech/transcribers'),
    ])
    const transcriber = await openTranscriber({
      dataDir: config.dataDir,
      openai: config.models.openai,
      log,
    })
    return createSpeech({
      ...{ transcriber, log, clock: systemClock, nextId: randomUUID },
      observe: metrics.heard,
    })
  }, log)
}

/** Speech that is loaded when somebody opens a microphone; what they say meanwhile is kept. */
export function createLazySpeech(load: () => Promise<Speech>, log: Logger): Speech {
  let speech: Speech | undefined
  let loading: Promise<Speech> | undefined
  let stopped = false

  function loaded(): Promise<Speech> {
    loading ??= load().then(
      (there) => {
        speech = there
        return there
      },
      (err: unknown) => {
        log.error({ err }, 'nobody can be heard: what hears could not be loaded')
        loading = undefined
        throw err
      },
    )
    return loading
  }

  return {
    listen(options, told) {
      if (speech) return speech.listen(options, told)
      let waiting: ((microphone: Microphone) => void)[] = []
      let microphone: Microphone | undefined
      const opened = loaded().then(
        (there) => {
          if (stopped) return
          microphone = there.listen(options, told)
          for (const act of waiting) act(microphone)
          waiting = []
        },
        // told where it failed; the next microphone tries again
        () => {
          waiting = []
        },
      )
      return {
        write(pcm) {
          if (microphone) microphone.write(pcm)
          else {
            const kept = pcm.slice()
            waiting.push((there) => there.write(kept))
          }
        },
        async end(withinMs) {
          await opened
          await microphone?.end(withinMs)
        },
        cut() {
          if (microphone) microphone.cut()
          else waiting = []
        },
      }
    },
    backlogMs: () => speech?.backlogMs() ?? 0,
    async stop() {
      stopped = true
      await loading?.then(
        (there) => there.stop(),
        () => {},
      )
    },
  }
}
