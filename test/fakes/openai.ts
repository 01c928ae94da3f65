import { type FakeModelOptions, startModelServer } from './http.ts'

export interface OpenAIBody {
  model: string
  stream: boolean
  messages: { role: string; content: string }[]
  max_completion_tokens: number
  response_format?: { type: string; json_schema: { name: string; strict: boolean } }
}

/** OpenAI's Chat Completions as the real SDK reads them. */
export async function startOpenAI(options: FakeModelOptions<OpenAIBody>) {
  const server = await startModelServer(
    options,
    (response, { pieces = [], hang, cut, short, end }) => {
      const chunk = (delta: object, finish: string | null = null) =>
        response.write(
          `data: ${JSON.stringify({
            id: 'chatcmpl-1',
            object: 'chat.completion.chunk',
            created: 1,
            model: 'fake',
            choices: [{ index: 0, delta, finish_reason: finish }],
          })}\n\n`,
        )
      chunk({ role: 'assistant', content: '' })
      for (const content of pieces) chunk({ content })
      if (end === 'refused') chunk({ refusal: 'I cannot help with that.' })
      if (hang || cut || short) return
      chunk({}, end === 'length' ? 'length' : 'stop')
      response.write('data: [DONE]\n\n')
    },
    { error: { message: 'secret text of the provider', type: 'server_error', code: null } },
  )
  return { ...server, baseUrl: `${server.origin}/v1` }
}
