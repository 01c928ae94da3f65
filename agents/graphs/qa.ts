import { Annotation, END, type Runtime, START, StateGraph } from '@langchain/langgraph'
import {
  answer,
  type Closeness,
  type SummaryState,
  type TranscriptIndex,
  type Turn,
} from '../brain/index.ts'
import type { Meaning } from '../embedding/index.ts'
import type { ChatModel } from '../models/index.ts'
import { streamAnswer, tryModel } from './ask-model.ts'
import { cited } from './citations.ts'
import { contextOf, type GraphDeps } from './deps.ts'
import { createEvidence } from './evidence.ts'
import { asData, UNTRUSTED } from './prompt.ts'
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
  /** Where there is an embedding model. */
  meaning?: Meaning | undefined
  turns: readonly Turn[]
  /** The rolling summary, where there is one that covers the turns well enough. */
  summary: SummaryState | undefined
}

const Context = Annotation.Root({ of: Annotation<QaContext> })
type Run = Runtime<typeof Context.State>

const FALLBACK = 'The model did not answer, so this is the built-in search.'
const RECENT_TURNS = 12
const WINDOWS = 8

const SYSTEM = `You answer a question about a live meeting, from its transcript only. Each turn begins with its number in
brackets. Put the numbers of the turns that you rely on in brackets after each statement, like [12] or [12, 15]. When the transcript
does not say it, say so in one sentence and cite nothing. Be brief: at most four sentences, plain text.
${UNTRUSTED}`

/** `open` puts the run into the log, so that the question survives; `answer` is heard. */
export function createQaGraph(deps: GraphDeps) {
  async function open(_: Question, { context }: Run) {
    await contextOf(context).voice.start()
    return {}
  }

  async function say(asked: Question, context: QaContext, utterance: Utterance): Promise<Said> {
    const answered = await tryModel(deps, utterance.signal, (model) =>
      byModel(model, asked, context, utterance),
    )
    if (answered) return answered
    const said = builtIn(asked, context)
    if (deps.model) return { ...said, text: `${FALLBACK} ${said.text}` }
    await showWhole(said.text, utterance)
    return said
  }

  async function spoken(asked: Question, { context }: Run) {
    const of = contextOf(context)
    await of.voice.speak('answer', async (utterance) => {
      const close = await of.meaning?.closeTo(asked.question)
      return say(asked, close ? { ...of, index: closer(of.index, close) } : of, utterance)
    })
    return {}
  }

  return new StateGraph(Question, Context)
    .addNode('open', open)
    .addNode('answer', spoken, SPOKEN)
    .addEdge(START, 'open')
    .addEdge('open', 'answer')
    .addEdge('answer', END)
    .compile({ checkpointer: deps.threads.saver, name: 'qa' })
}

/** The same turns, searched by words and by meaning. */
function closer(index: TranscriptIndex, close: Closeness): TranscriptIndex {
  return {
    ...index,
    size: index.size,
    search: (question, options) => index.search(question, { ...options, close }),
  }
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
  utterance: Utterance,
): Promise<Said> {
  const found = index.search(question, { limit: WINDOWS }).flatMap((window) => window.turns)
  const material = [...new Map([...found, ...turns.slice(-RECENT_TURNS)].map((t) => [t.seq, t]))]
    .sort(([a], [b]) => a - b)
    .map(([, turn]) => turn)
  const content = `${asData('transcript', material)}\n${asData('question', `${askerName} asks: ${question}`)}`
  const text = await streamAnswer(model, { system: SYSTEM, content, maxTokens: 800 }, utterance)
  return cited(text, createEvidence(material), question)
}
