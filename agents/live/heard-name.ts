import { type Call, callOf } from './mention.ts'
import { soundsLike } from './sounds-like.ts'

/** What may come before a name. */
const LEAD = /^(?:(?:hey|hi|hello|ok|okay|so|well|um|uh)[\s,.]+)*/iu
const WORD = /^[\p{L}\p{N}'’-]+/u
/** A transcriber quotes what it takes for direct speech: 'Or a "Who brings it?"'. Nobody says these. */
const QUOTES = /["“”„«»]/gu
const BETWEEN = /^[\s,.:;!?…–—-]*/u
/**
 * What is asked of somebody who knows the meeting, rather than of the people in it: that is what makes a name of a word
 * that only sounds like one. "Or what did we decide?" is taken for a question to Aura, "Or do you want to?" is not.
 */
const ASKS_THE_AGENT = new RegExp(
  [
    /^(?:what|which|who|whom|whose|when|where|why|how)(?:['’]s)?\s+(?!about\b|if\b|else\b)(?=(?:\S+\s+)+\S)(?!.*\byou(?:r|['’]\p{L}+)?\b)/u,
    /^(?:did|has|have|was|were)\s+(?:we|they|he|she|any(?:one|body)|some(?:one|body)|every(?:one|body))\s+\S+\s+\S(?!.*\byou\b)/u,
    /^(?:please\s+)?(?:(?:can|could|would|will)\s+you\s+)?(?:please\s+)?(?:tell\s+(?:me|us)|remind\s+(?:me|us)|give\s+(?:me|us)|list|summari[sz]e|sum\s+up|recap|repeat)\s+\S/u,
  ]
    .map(({ source }) => `(?:${source})`)
    .join('|'),
  'iu',
)

/**
 * How a spoken text calls the agent by its name: as it is written, or as a transcriber hears it ("Ora", "Or a", "Laura").
 * What only sounds like the name counts where a question to the agent follows, and where nobody in the room is
 * called so.
 */
export function heardCallOf(
  heard: string,
  name: string,
  people: readonly string[],
): Call | undefined {
  const text = heard.replace(QUOTES, '')
  const exact = callOf(text, name)
  if (exact) return exact
  const from = LEAD.exec(text)?.[0].length ?? 0
  const most = name.split(/\s+/u).length + 1
  let at = from
  for (let words = 1; words <= most; words++) {
    const word = WORD.exec(text.slice(at))
    if (!word) return undefined
    at += word[0].length
    const rest = text.slice(at).replace(BETWEEN, '')
    const called = text.slice(from, at)
    if (soundsLike(called, name) && !people.some((person) => isPart(called, person))) {
      if (rest === '') return { sure: false }
      if (ASKS_THE_AGENT.test(rest)) return { question: rest, sure: false }
    }
    at += /^\s*/u.exec(text.slice(at))?.[0].length ?? 0
  }
  return undefined
}

/** Whether it is a question that somebody puts to the agent after its name and a pause. */
export const asksTheAgent = (text: string) => ASKS_THE_AGENT.test(text.replace(QUOTES, '').trim())

function isPart(called: string, person: string): boolean {
  return person.toLowerCase().split(/\s+/u).includes(called.toLowerCase())
}
