import type { Logger } from 'pino'
import type { Transcriber } from '../types.ts'
import { NoTranscriptionHere } from './openai/index.ts'

/** A host's transcriber, and a local one for when the host turns out to have none: then that is used from there on. */
export function createFallback(host: Transcriber, local: Transcriber, log: Logger): Transcriber {
  let current = host

  return {
    get name() {
      return current.name
    },
    warm: () => current.warm(),
    begin({ onPartial }) {
      if (current === local) return local.begin({ onPartial })
      const pieces: Int16Array[] = []
      let utterance = host.begin({ onPartial })
      let cancelled = false
      return {
        write(pcm) {
          pieces.push(pcm.slice())
          utterance.write(pcm)
        },
        async end() {
          try {
            return await utterance.end()
          } catch (error) {
            if (!(error instanceof NoTranscriptionHere) || cancelled) throw error
          }
          if (current === host) {
            current = local
            log.warn(
              { transcriber: local.name },
              'the host of OPENAI_BASE_URL does not transcribe; the local transcriber does it',
            )
          }
          utterance = local.begin({ onPartial })
          for (const piece of pieces) utterance.write(piece)
          return utterance.end()
        },
        cancel() {
          cancelled = true
          utterance.cancel()
        },
      }
    },
    async stop() {
      await Promise.all([host.stop(), local.stop()])
    },
  }
}
