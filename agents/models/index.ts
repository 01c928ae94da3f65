/**
 * Models behind one small port. Without a key there is none, and the built-in brain does everything. May
 * touch nothing but the providers' HTTP APIs.
 */
import { createAnthropic } from './anthropic.ts'
import { createOpenAI, type ProviderKey } from './openai.ts'
import type { ChatModel, ModelTimeouts } from './port.ts'

export type { ChatModel } from './port.ts'
export { modelFailed } from './provider-error.ts'

export interface ModelKeys {
  openai?: ProviderKey | undefined
  anthropic?: ProviderKey | undefined
  /** For tests. */
  timeouts?: ModelTimeouts | undefined
}

/** The model that the agents use: Anthropic's where its key is set, else OpenAI's, else none. */
export function createModel(keys: ModelKeys = {}): ChatModel | undefined {
  if (keys.anthropic) return createAnthropic(keys.anthropic, keys.timeouts)
  if (keys.openai) return createOpenAI(keys.openai, keys.timeouts)
  return undefined
}
