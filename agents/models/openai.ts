import OpenAI from 'openai'
import { type ChatModel, createChatModel, type ModelTimeouts, type Piece } from './port.ts'

/** Quick and cheap enough to answer people who wait in a room. */
const OPENAI_MODEL = 'gpt-5.4-mini'

export interface ProviderKey {
  apiKey: string
  baseUrl?: string | undefined
}

/** OpenAI by Chat Completions, which every OpenAI-compatible host speaks too. */
export function createOpenAI(key: ProviderKey, timeouts?: ModelTimeouts): ChatModel {
  const client = new OpenAI({
    apiKey: key.apiKey,
    maxRetries: 0,
    logLevel: 'off',
    ...(key.baseUrl === undefined ? {} : { baseURL: key.baseUrl }),
  })
  return createChatModel(
    `openai/${OPENAI_MODEL}`,
    async ({ system, messages, maxTokens, schema }, signal) => {
      const stream = await client.chat.completions.create(
        {
          model: OPENAI_MODEL,
          messages: [{ role: 'system', content: system }, ...messages],
          max_completion_tokens: maxTokens,
          stream: true,
          ...(schema && {
            response_format: {
              type: 'json_schema' as const,
              json_schema: { name: schema.name, schema: schema.schema, strict: true },
            },
          }),
        },
        { signal },
      )
      return pieces(stream)
    },
    timeouts,
  )
}

async function* pieces(stream: AsyncIterable<OpenAI.ChatCompletionChunk>): AsyncGenerator<Piece> {
  for await (const chunk of stream) {
    const choice = chunk.choices[0]
    if (choice?.delta.content) yield { text: choice.delta.content }
    if (choice?.delta.refusal) yield { end: 'refused' }
    // a refusal ends with `stop`, as an answer does
    else if (choice?.finish_reason && choice.finish_reason !== 'stop')
      yield { end: choice.finish_reason === 'length' ? 'length' : 'refused' }
    else if (choice?.finish_reason) yield { end: 'whole' }
  }
}
