import Anthropic from '@anthropic-ai/sdk'
import type { ProviderKey } from './openai.ts'
import { type ChatModel, createChatModel, type ModelTimeouts, type Piece } from './port.ts'

/** Quick and cheap enough to answer people who wait in a room. */
const ANTHROPIC_MODEL = 'claude-haiku-4-5'

/** Anthropic by the Messages API. */
export function createAnthropic(key: ProviderKey, timeouts?: ModelTimeouts): ChatModel {
  const client = new Anthropic({
    apiKey: key.apiKey,
    authToken: null,
    maxRetries: 0,
    logLevel: 'off',
    ...(key.baseUrl === undefined ? {} : { baseURL: key.baseUrl }),
  })
  return createChatModel(
    `anthropic/${ANTHROPIC_MODEL}`,
    async ({ system, messages, maxTokens, schema }, signal) => {
      const stream = await client.messages.create(
        {
          model: ANTHROPIC_MODEL,
          system,
          messages,
          max_tokens: maxTokens,
          stream: true,
          ...(schema && {
            output_config: { format: { type: 'json_schema' as const, schema: schema.schema } },
          }),
        },
        { signal },
      )
      return pieces(stream)
    },
    timeouts,
  )
}

async function* pieces(stream: AsyncIterable<Anthropic.MessageStreamEvent>): AsyncGenerator<Piece> {
  for await (const event of stream) {
    if (event.type === 'content_block_delta' && event.delta.type === 'text_delta')
      yield { text: event.delta.text }
    if (event.type === 'message_delta' && event.delta.stop_reason)
      yield { end: endOf(event.delta.stop_reason) }
  }
}

function endOf(reason: Anthropic.StopReason): 'whole' | 'length' | 'refused' {
  if (reason === 'refusal') return 'refused'
  return reason === 'end_turn' || reason === 'stop_sequence' ? 'whole' : 'length'
}
