import { Annotation, END, type Runtime, START, StateGraph } from '@langchain/langgraph'
import { catchUp, emptySummary, greeting, type SummaryState, type Turn } from '../brain/index.ts'
import type { ChatModel } from '../models/index.ts'
import { streamAnswer, tryModel } from './ask-model.ts'
import { cited } from './citations.ts'
import { contextOf, type GraphDeps } from './deps.ts'
import { createEvidence } from './evidence.ts'
import { asData, UNTRUSTED } from './prompt.ts'
import { type Said, SPOKEN, showWhole, type Utterance, type Voice } from './voice.ts'

/** Someone who came in. */
export interface Joiner {
  id: string
  name: string
  /** Seq of their `participant.joined`. */
  seq: number
  /** For who was here before: the seq of their leaving. */
  leftAt?: number | undefined
}

const State = Annotation.Root({
  /** When the run was started; an empty input would not start one on a thread whose last run failed. */
  at: Annotation<number>,
  /** Seq of the last join that was greeted. */
  upto: Annotation<number>,
})

export interface AutoJoinContext {
  roomName: string
  /** Who came in together. */
  joiners: readonly Joiner[]
  /** Names of everyone who is here. */
  people: readonly string[]
  /** A voice for everyone, or for one person. */
  voice(to?: string): Voice
  /** The rolling summary, brought up to date when it is asked for. */
  summary(): Promise<SummaryState | undefined>
  turns: readonly Turn[]
}

const Context = Annotation.Root({ of: Annotation<AutoJoinContext> })
type Run = Runtime<typeof Context.State>

const FALLBACK = 'The model did not answer, so this is the built-in summary.'

const SYSTEM = `Someone comes late into a live meeting. Catch them up in at most five short lines of plain text, the newest and the
decisions first, what they have to do themselves above all. Put the numbers of the turns that say so in brackets, like [12].
${UNTRUSTED}`

/**
 * Who comes before anything is said is greeted in front of all, those who come together at once; who comes later is
 * caught up in private.
 */
export function createAutoJoinGraph(deps: GraphDeps) {
  /** Those whom no run has greeted yet, by whether they came after the first words. */
  function whoCame({ upto = 0 }: typeof State.State, { joiners, turns }: AutoJoinContext) {
    const fresh = joiners.filter((joiner) => joiner.seq > upto)
    const first = turns[0]?.seq ?? Number.POSITIVE_INFINITY
    return {
      early: fresh.filter((joiner) => joiner.seq < first),
      late: fresh.filter((joiner) => joiner.seq > first),
    }
  }

  async function greet(state: typeof State.State, { context }: Run) {
    const of = contextOf(context)
    const { early } = whoCame(state, of)
    if (early.length === 0) return {}
    const text = greetingFor(early, of)
    await speak(of.voice(), async (utterance) => {
      await showWhole(text, utterance)
      return { text }
    })
    return {}
  }

  async function catchUpAll(state: typeof State.State, { context }: Run) {
    const of = contextOf(context)
    const { late } = whoCame(state, of)
    if (late.length > 0) {
      const summary = (await of.summary()) ?? emptySummary()
      // in private they do not wait for one another
      await Promise.all(
        late.map((joiner) =>
          speak(of.voice(joiner.id), (utterance) => caughtUp(joiner, summary, of, utterance)),
        ),
      )
    }
    return { upto: Math.max(state.upto ?? 0, ...of.joiners.map((joiner) => joiner.seq)) }
  }

  async function caughtUp(
    joiner: Joiner,
    summary: SummaryState,
    context: AutoJoinContext,
    utterance: Utterance,
  ): Promise<Said> {
    const hello = greetingFor([joiner], context, summary)
    const since = joiner.leftAt ?? 0
    const news = context.turns.filter((turn) => turn.seq > since)
    if (news.length === 0) {
      const text = `${hello} Nothing was said while you were away.`
      await showWhole(text, utterance)
      return { text }
    }
    const said = await tryModel(deps, utterance.signal, (model) =>
      byModel(model, { hello, joiner, news, summary }, utterance),
    )
    if (said) return said
    const { lines, evidence } = catchUp(summary, { since, name: joiner.name })
    const text = [hello, ...(deps.model ? [FALLBACK] : []), ...lines].join('\n')
    await showWhole(text, utterance)
    return { text, ...(evidence.length > 0 ? { citations: evidence } : {}) }
  }

  return new StateGraph(State, Context)
    .addNode('greet', greet, SPOKEN)
    .addNode('catch_up', catchUpAll, SPOKEN)
    .addEdge(START, 'greet')
    .addEdge('greet', 'catch_up')
    .addEdge('catch_up', END)
    .compile({ checkpointer: deps.threads.saver, name: 'auto_join' })
}

async function speak(voice: Voice, say: (utterance: Utterance) => Promise<Said>): Promise<void> {
  await voice.start()
  await voice.speak('greeting', say)
}

function greetingFor(
  joiners: readonly Joiner[],
  { roomName, people }: AutoJoinContext,
  summary?: SummaryState,
): string {
  const names = joiners.map((joiner) => joiner.name)
  const [name = ''] = names
  if (joiners.length > 1) return `Welcome to ${roomName}, ${listed(names)}.`
  return greeting({
    roomName,
    name,
    people: people.filter((person) => person !== name),
    returning: joiners[0]?.leftAt !== undefined,
    openItems: (summary?.actions ?? []).filter((a) => a.who === name).map((a) => a.text),
  })
}

const SHOWN_NAMES = 6

function listed(names: readonly string[]): string {
  if (names.length > SHOWN_NAMES)
    return `${names.slice(0, SHOWN_NAMES).join(', ')} and ${names.length - SHOWN_NAMES} more`
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`
}

interface LateComer {
  hello: string
  joiner: Joiner
  news: readonly Turn[]
  summary: SummaryState
}

const LAST_TURNS = 30

async function byModel(
  model: ChatModel,
  { hello, joiner, news, summary }: LateComer,
  { signal, show }: Utterance,
): Promise<Said> {
  const latest = news.slice(-LAST_TURNS)
  const items = JSON.stringify({ decisions: summary.decisions, action_items: summary.actions })
  const material = [
    asData('summary', items),
    asData('transcript', latest),
    asData('who comes', joiner.name),
  ]
  const text = await streamAnswer(
    model,
    { system: SYSTEM, content: material.join('\n'), maxTokens: 500 },
    { signal, show: (soFar) => show(`${hello}\n${soFar}`) },
  )
  const said = cited(text, createEvidence(latest, [...summary.decisions, ...summary.actions]))
  return { ...said, text: `${hello}\n${said.text}` }
}
