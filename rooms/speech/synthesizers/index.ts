/** Voices for what agents say: one adapter for each vendor, and a local one that needs no key. Knows no rooms. */
import type { Logger } from 'pino'
import type { Synthesizer } from '../types.ts'
import { createFlite } from './flite.ts'
import { createOpenAIVoice, NoSpeechHere } from './openai.ts'
import { speakable } from './speakable.ts'

export interface SynthesizerDeps {
  /** Absent: the local voice. */
  openai?: { apiKey: string; baseUrl?: string | undefined } | undefined
  log: Logger
}

/**
 * OpenAI's voice where there is a key, else the local one, which also takes over for a compatible host that has no
 * voices. What cannot be said, such as citations and markup, is left out.
 */
export function openSynthesizer({ openai, log }: SynthesizerDeps): Synthesizer {
  const local = createFlite()
  const vendor = openai && createOpenAIVoice(openai)
  let voice = vendor ?? local

  async function* byVoice(text: string, signal: AbortSignal) {
    try {
      yield* voice.speak(text, signal)
    } catch (error) {
      if (!(error instanceof NoSpeechHere)) throw error
      if (voice !== local)
        log.info({ voice: local.name }, 'this provider has no voices; the local one speaks')
      voice = local
      yield* voice.speak(text, signal)
    }
  }

  return {
    get name() {
      return voice.name
    },
    async *speak(text, signal) {
      const words = speakable(text)
      if (words !== '') yield* byVoice(words, signal)
    },
    async stop() {
      await Promise.all([local.stop(), vendor?.stop()])
    },
  }
}
