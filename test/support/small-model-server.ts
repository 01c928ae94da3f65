/**
 * A small language model behind OpenAI's wire, as a process of its own so that its memory and threads go away with it.
 * Tells its parent when it is ready, and when somebody left in the middle of an answer.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { z } from 'zod'

/** As much of node-llama-cpp as is used here: it is none of the dependencies, so its types are not there. */
interface NodeLlamaCpp {
  getLlama(options: { build: 'never'; gpu: false; logLevel: 'error' }): Promise<{
    loadModel(options: { modelPath: string }): Promise<{
      createContext(options: { contextSize: number; threads: number }): Promise<{
        getSequence(): object
      }>
    }>
  }>
  LlamaChat: new (options: {
    contextSequence: object
  }) => {
    generateResponse(
      history: Message[],
      options: {
        maxTokens: number
        signal?: AbortSignal
        stopOnAbortSignal?: boolean
        temperature?: number
        onTextChunk?: (text: string) => void
      },
    ): Promise<{ metadata: { stopReason: string } }>
  }
}
type Message = { type: 'system' | 'user'; text: string } | { type: 'model'; response: string[] }

const [nodeLlamaCpp = '', modelPath = ''] = process.argv.slice(2)

/** What the hub sends; more than that is not understood, and said so. */
const Body = z.object({
  stream: z.literal(true),
  messages: z.array(
    z.object({ role: z.enum(['system', 'user', 'assistant']), content: z.string() }),
  ),
  max_completion_tokens: z.number(),
  response_format: z.undefined().optional(),
})

const { getLlama, LlamaChat }: NodeLlamaCpp = await import(nodeLlamaCpp)
const llama = await getLlama({ build: 'never', gpu: false, logLevel: 'error' })
const model = await llama.loadModel({ modelPath })
const context = await model.createContext({ contextSize: 2_048, threads: 2 })
const chat = new LlamaChat({ contextSequence: context.getSequence() })
// its pages are read from the disk now, and not while somebody waits
await chat.generateResponse(
  [
    { type: 'user', text: 'Hello!' },
    { type: 'model', response: [] },
  ],
  { maxTokens: 1 },
)
/** One answer after another: there is one sequence. */
let turn: Promise<void> = Promise.resolve()

createServer(async (request, response) => {
  const body = Body.safeParse(await json(request))
  if (request.url !== '/v1/chat/completions' || !body.success) {
    response.writeHead(400, { 'content-type': 'application/json' })
    response.end(
      JSON.stringify({ error: { message: 'not understood', type: 'invalid_request_error' } }),
    )
    return
  }
  const gone = new AbortController()
  response.on('close', () => {
    if (response.writableEnded) return
    gone.abort()
    process.send?.({ aborted: true })
  })
  turn = turn
    .then(() => answer(body.data, response, gone.signal))
    .catch(() => void response.destroy())
}).listen(0, '127.0.0.1', function (this: ReturnType<typeof createServer>) {
  const address = this.address()
  process.send?.({ port: typeof address === 'object' && address ? address.port : 0 })
})

async function answer(
  { messages, max_completion_tokens }: z.infer<typeof Body>,
  response: ServerResponse,
  signal: AbortSignal,
): Promise<void> {
  if (signal.aborted) return
  response.writeHead(200, { 'content-type': 'text/event-stream' })
  const send = (delta: object, finish: string | null) =>
    response.write(
      `data: ${JSON.stringify({
        id: 'chatcmpl-local',
        object: 'chat.completion.chunk',
        created: 0,
        model: 'smollm2-135m-instruct',
        choices: [{ index: 0, delta, finish_reason: finish }],
      })}\n\n`,
    )
  const history: Message[] = messages.map(({ role, content }) =>
    role === 'assistant' ? { type: 'model', response: [content] } : { type: role, text: content },
  )
  const { metadata } = await chat.generateResponse([...history, { type: 'model', response: [] }], {
    signal,
    stopOnAbortSignal: true,
    maxTokens: max_completion_tokens,
    // the most likely word each time: the same answer in every run
    temperature: 0,
    onTextChunk: (content) => send({ content }, null),
  })
  if (signal.aborted) return
  send({}, metadata.stopReason === 'maxTokens' ? 'length' : 'stop')
  response.end('data: [DONE]\n\n')
}

async function json(request: IncomingMessage): Promise<unknown> {
  let text = ''
  for await (const chunk of request) text += chunk
  return JSON.parse(text)
}

// its parent may die without a word
process.on('disconnect', () => process.exit(0))
