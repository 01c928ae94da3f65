import { Annotation, END, type Runtime, START, StateGraph } from '@langchain/langgraph'
import { HubError } from '#protocol'
import { answer, type SummaryState, type TranscriptIndex, type Turn } from '../brain/index.ts'
import type { ChatModel } from '../models/index.ts'
import { cited, withoutMarkers } from './citations.ts'
import { needContext } from './context.ts'
import { asData, UNTRUSTED } from './prompt.ts'
import type { Threads } from './threads.ts'
import { type Said, SPOKEN, showWhole, type Utterance, type Voice } from './voice.ts'

/** A question, in a thread of its own from the ask until the answer: what a restart needs to answer it. */
export const Question = Annotation.Root({
  question: Annotation<string>,
  askerId: Annotation<string>,
  askerName: Annotation<string>,
  private: Annotation<boolean>,
})
export type Question = typeof Question.State

export interface QaContext {
  voice: Voice
  index: TranscriptIndex
  turns: readonly Turn[]
  /** The rolling summary, where there is one that covers the turns well enough. */
  summary: SummaryState | undefined
}

const Context = Annotation.Root({ of: Annotation<QaContext> })
type Run = Runtime<typeof Context.State>

export interface QaDeps {
  threads: Threads
  model: ChatModel | undefined
  /** Called when the model failed and the built-in answer took its place. */
  onFallback(code: string): void
}

const FALLBACK = 'The model did not answer, so this is the built-in search.'
const RECENT_TURNS = 12
const WINDOWS = 8

const SYSTEM = `You answer a question about a live meeting, from its transcript only. Each turn begins with its number in
brackets. Put the numbers of the turns that you rely on in brackets after each statement, like [12] or [12, 15]. When the transcript
does not say it, say so in one sentence and cite nothing. Be brief: at most four sentences, plain text.
${UNTRUSTED}`

/** `open` puts the run into the log, so that the question survives; `answer` is heard. */
export function createQaGraph({ threads, model, onFallback }: QaDeps) {
  async function open(_: Question, { context }: Run) {
    await needContext(context).of.voice.start()
    return {}
  }

  async function say(asked: Question, context: QaContext, utterance: Utterance): Promise<Said> {
    if (model)
      try {
        return await byModel(model, asked, context, utterance)
      } catch (error) {
        utterance.signal.throwIfAborted()
        onFallback(error instanceof HubError ? error.code : 'internal')
        const { text, citations } = builtIn(asked, context)
        return { text: `${FALLBACK} ${text}`, citations }
      }
    const said = builtIn(asked, context)
    await showWhole(said.text, utterance)
    return said
  }

  async function spoken(asked: Question, { context }: Run) {
    const { of } = needContext(context)
    await of.voice.speak('answer', (utterance) => say(asked, of, utterance))
    return {}
  }

  return new StateGraph(Question, Context)
    .addNode('open', open)
    .addNode('answer', spoken, SPOKEN)
    .addEdge(START, 'open')
    .addEdge('open', 'answer')
    .addEdge('answer', END)
    .compile({ checkpointer: threads.saver, name: 'qa' })
}

function builtIn({ question, askerName }: Question, { index, turns, summary }: QaContext): Said {
  const { text, citations } = answer({
    question,
    index,
    turns,
    asker: askerName,
    ...(summary === undefined ? {} : { summary }),
  })
  return { text, citations }
}

async function byModel(
  model: ChatModel,
  { question, askerName }: Question,
  { index, turns }: QaContext,
  { signal, show }: Utterance,
): Promise<Said> {
  const found = index.search(question, { limit: WINDOWS }).flatMap((window) => window.turns)
  const material = [...new Map([...found, ...turns.slice(-RECENT_TURNS)].map((t) => [t.seq, t]))]
    .sort(([a], [b]) => a - b)
    .map(([, turn]) => turn)
  const content = `${asData('transcript', material)}\n${asData('question', `${askerName} asks: ${question}`)}`
  let text = ''
  const pieces = model.stream({
    system: SYSTEM,
    messages: [{ role: 'user', content }],
    maxTokens: 800,
    signal,
  })
  for await (const piece of pieces) {
    text += piece
    show(withoutMarkers(text))
  }
  return cited(text, (seq) => index.turn(seq) !== undefined)
}
