import type { Spoken } from '../graphs/spoken.ts'
import { asksTheAgent, heardCallOf } from './heard-name.ts'
import { type Call, mentioned } from './mention.ts'

/** A question may follow so long after the agent's name, ms of silence between them. */
const FOLLOWS_MS = 5_000
/** The same where the sound's own times are not known: then it holds the question, and the wait for its words. */
const FOLLOWS_AT_MS = 15_000

interface Pending {
  sure: boolean
  endedAt: number | undefined
  at: number
}

export interface CallsDeps {
  /** Undefined while nobody answers. */
  name(): string | undefined
  people(): readonly string[]
}

/** Hears who speaks to the agent, also where a pause after its name made two of what was said. */
export function createCalls(deps: CallsDeps) {
  /** Who said the agent's name, and nothing else yet. */
  const pending = new Map<string, Pending>()

  function follows({ sure, endedAt, at }: Pending, event: Spoken, text: string): boolean {
    const startedAt = startOf(event)
    const soon =
      endedAt !== undefined && startedAt !== undefined
        ? startedAt - endedAt <= FOLLOWS_MS
        : event.at - at <= FOLLOWS_AT_MS
    return soon && (sure || asksTheAgent(text))
  }

  return {
    /**
     * What an event that everyone hears asks of the agent: a question, or nothing yet where it is the name alone.
     * Undefined when it is not for the agent: what calls it is no part of what the meeting says. What is typed has to
     * spell the name.
     */
    of(event: Spoken): Pick<Call, 'question'> | undefined {
      const name = deps.name()
      if (name === undefined) return undefined
      const { text } = event.data
      if (event.type !== 'transcript.final' || event.data.source !== 'speech') {
        const question = mentioned(text, name)
        return question === undefined ? undefined : { question }
      }
      const { id } = event.actor
      const before = pending.get(id)
      pending.delete(id)
      const call = heardCallOf(text, name, deps.people())
      if (call?.question !== undefined) return { question: call.question }
      if (call) {
        pending.set(id, { sure: call.sure, endedAt: event.data.end_ms, at: event.at })
        // what only sounds like the name may be a word of the meeting
        return call.sure ? {} : undefined
      }
      return before && follows(before, event, text) ? { question: text.trim() } : undefined
    },
    forget: (userId: string) => pending.delete(userId),
  }
}

function startOf(event: Spoken): number | undefined {
  return event.type === 'transcript.final' ? event.data.start_ms : undefined
}
