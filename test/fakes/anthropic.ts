import { type FakeModelOptions, startModelServer } from './http.ts'

export interface AnthropicBody {
  model: string
  stream: boolean
  system: string
  messages: { role: string; content: string }[]
  max_tokens: number
  output_config?: { format: { type: string } }
}

const STOP = { whole: 'end_turn', length: 'max_tokens', refused: 'refusal' }

/** Anthropic's Messages as the real SDK reads them. */
export async function startAnthropic(options: FakeModelOptions<AnthropicBody>) {
  const server = await startModelServer(
    options,
    (response, { pieces = [], hang, cut, short, end }) => {
      const send = (type: string, data: object) =>
        response.write(`event: ${type}\ndata: ${JSON.stringify({ type, ...data })}\n\n`)
      send('message_start', {
        message: {
          id: 'msg_1',
          type: 'message',
          role: 'assistant',
          model: 'fake',
          content: [],
          stop_reason: null,
          stop_sequence: null,
          usage: { input_tokens: 1, output_tokens: 1 },
        },
      })
      send('content_block_start', { index: 0, content_block: { type: 'text', text: '' } })
      send('ping', {})
      for (const text of pieces)
        send('content_block_delta', { index: 0, delta: { type: 'text_delta', text } })
      if (hang || cut || short) return
      send('content_block_stop', { index: 0 })
      send('message_delta', {
        delta: { stop_reason: STOP[end ?? 'whole'], stop_sequence: null },
        usage: { output_tokens: 9 },
      })
      send('message_stop', {})
    },
    { type: 'error', error: { type: 'api_error', message: 'secret text of the provider' } },
  )
  return { ...server, baseUrl: server.origin }
}
