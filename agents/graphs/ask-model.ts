import { HubError } from '#protocol'
import type { ChatModel } from '../models/index.ts'
import { withoutMarkers } from './citations.ts'
import type { GraphDeps } from './deps.ts'
import type { Utterance } from './voice.ts'

/**
 * What the model makes of it; undefined without a model, and when it failed: then the built-in brain does
 * it. A run that was ended throws its signal's reason.
 */
export async function tryModel<T>(
  { model, onFallback }: Pick<GraphDeps, 'model' | 'onFallback'>,
  signal: AbortSignal,
  ask: (model: ChatModel) => Promise<T>,
): Promise<T | undefined> {
  if (!model) return undefined
  try {
    return await ask(model)
  } catch (error) {
    signal.throwIfAborted()
    onFallback(error instanceof HubError ? error.code : 'internal')
    return undefined
  }
}

/** A model's whole answer to one message, shown while it streams. */
export async function streamAnswer(
  model: ChatModel,
  { system, content, maxTokens }: { system: string; content: string; maxTokens: number },
  { signal, show }: Utterance,
): Promise<string> {
  const messages = [{ role: 'user' as const, content }]
  let text = ''
  for await (const piece of model.stream({ system, messages, maxTokens, signal })) {
    text += piece
    show(withoutMarkers(text))
  }
  return text
}
