import { type OpenAI, toFile } from 'openai'
import { statusOf } from '../../../patience.ts'
import type { Transcript } from '../../types.ts'
import { readAnswer } from './answer.ts'
import { wavOf } from './wav.ts'

/** The host has nothing that transcribes. */
export class NoTranscriptionHere extends Error {}

type Ask = (
  sound: Int16Array,
  onPartial: (text: string) => void,
  signal: AbortSignal,
) => Promise<Transcript>

interface Way {
  model: string
  /** OpenAI's newer models stream their words and say how sure they are; other hosts may not know of either. */
  streams: boolean
}

const OPENAI: Way = { model: 'gpt-4o-mini-transcribe', streams: true }
/** What compatible hosts call theirs. */
const COMPATIBLE: Way = { model: 'whisper-1', streams: false }
/** What a host says that does not know the model, or a field: then it is asked in another way. */
const OTHER_WAY = [400, 404, 405, 422, 501]
const NOT_HERE = [404, 405, 501]

/**
 * Asks for the words of a sound. The first way that the host understands is kept: OpenAI's model, `whisper-1`, or what
 * the host lists that has `whisper` or `transcri` in its name. Rejects with the SDK's errors, that of an answer which is
 * no transcript, or `NoTranscriptionHere`.
 */
export function createAsk(client: OpenAI): Ask {
  let kept: Way | undefined

  return async (sound, onPartial, signal) => {
    const file = await toFile(wavOf(sound), 'speech.wav', { type: 'audio/wav' })
    if (kept) return transcribe(kept)
    const refusals: unknown[] = []
    for await (const way of ways()) {
      try {
        const answer = await transcribe(way)
        kept = way
        return answer
      } catch (error) {
        if (!OTHER_WAY.includes(statusOf(error) ?? 0)) throw error
        refusals.push(error)
      }
    }
    if (refusals.every((error) => NOT_HERE.includes(statusOf(error) ?? 0)))
      throw new NoTranscriptionHere('this host transcribes nothing')
    throw refusals.at(-1)

    async function transcribe({ model, streams }: Way): Promise<Transcript> {
      const fields = { model, file, response_format: 'json' as const }
      const { transcriptions } = client.audio
      const asked = streams
        ? transcriptions.create({ ...fields, stream: true, include: ['logprobs'] }, { signal })
        : transcriptions.create(fields, { signal })
      const response = await asked.asResponse()
      return readAnswer(response, onPartial)
    }

    async function* ways(): AsyncGenerator<Way> {
      yield OPENAI
      yield COMPATIBLE
      const model = await listed()
      if (model !== undefined) yield { model, streams: false }
    }

    async function listed(): Promise<string | undefined> {
      try {
        const { data } = await client.models.list({ signal })
        return data.find(({ id }) => /whisper|transcri/i.test(id))?.id
      } catch (error) {
        // a host without a list
        if (statusOf(error) !== undefined && !signal.aborted) return undefined
        throw error
      }
    }
  }
}
