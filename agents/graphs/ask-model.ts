import { z } from 'zod'
import { type ErrorCode, HubError } from '#protocol'
import { type ChatModel, modelFailed } from '../models/index.ts'
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
    onFallback(...whyOf(error))
    return undefined
  }
}

function whyOf(error: unknown): [code: ErrorCode, reason?: string] {
  if (!(error instanceof HubError)) return ['internal']
  const reason = error.details?.reason
  return typeof reason === 'string' ? [error.code, reason] : [error.code]
}

/** What a model is asked for as JSON. */
export interface JsonRequest<T> {
  system: string
  content: string
  maxTokens: number
  /** Of the answer, with a name for the provider. Numbers and lists without bounds: not every provider takes those. */
  schema: z.ZodType<T>
  name: string
  signal: AbortSignal
}

/**
 * A model's answer as JSON of a schema. An answer that is no such JSON, or that was cut off for its length, is asked for
 * once more; then it throws `provider_failed`.
 */
export async function askJson<T>(
  model: ChatModel,
  { system, content, maxTokens, schema, name, signal }: JsonRequest<T>,
): Promise<T> {
  const ask = async (tokens: number) => {
    const text = await model.complete({
      system,
      messages: [{ role: 'user', content }],
      maxTokens: tokens,
      schema: { name, schema: jsonSchema(schema) },
      signal,
    })
    const parsed = schema.safeParse(parseJson(text))
    if (!parsed.success) throw modelFailed(model.name, 'malformed')
    return parsed.data
  }
  try {
    return await ask(maxTokens)
  } catch (error) {
    const reason = error instanceof HubError ? error.details?.reason : undefined
    if (reason !== 'malformed' && reason !== 'truncated') throw error
    signal.throwIfAborted()
    return ask(reason === 'truncated' ? 2 * maxTokens : maxTokens)
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** As the strict modes of the providers take it: they know no bounds of numbers. */
function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, {
    target: 'draft-7',
    override({ jsonSchema: part }) {
      delete part.minimum
      delete part.maximum
    },
  })
  return rest
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
