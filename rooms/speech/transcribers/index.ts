/**
 * Who turns speech into words: OpenAI or a host that speaks like it, else Whisper in the hub itself. One folder for each
 * behind the port of `../types.ts`; a new vendor is one more. May import #protocol and the weights' folder.
 */
import type { Logger } from 'pino'
import type { Transcriber } from '../types.ts'
import { createFallback } from './fallback.ts'
import { chosenModel, createLocalTranscriber } from './local/index.ts'
import { createOpenAITranscriber } from './openai/index.ts'

export {
  chooseModel,
  chosenModel,
  createLocalTranscriber,
  WHISPER_MODELS,
  type WhisperModel,
} from './local/index.ts'

export interface TranscriberDeps {
  dataDir: string
  /** With a key, OpenAI or the host of `baseUrl` is asked. */
  openai?: { apiKey: string; baseUrl?: string | undefined } | undefined
  log: Logger
}

/** The transcriber for what is configured. Nothing is fetched or asked before somebody speaks. */
export async function openTranscriber({
  dataDir,
  openai,
  log,
}: TranscriberDeps): Promise<Transcriber> {
  const local = createLocalTranscriber({ dataDir, model: await chosenModel(dataDir), log })
  return openai ? createFallback(createOpenAITranscriber(openai), local, log) : local
}
