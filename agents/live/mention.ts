/** How somebody spoke to the agent. */
export interface Call {
  /** Absent: its name alone, so that the question is still to come. */
  question?: string
  /** Whether it was the name itself, rather than something that sounds like it. */
  sure: boolean
}

/**
 * How a text speaks to the agent by its name at the beginning: "Aura, what did we decide?", "@aura who does the budget",
 * "Aura!". Not in "Aura is great" or "I asked Aura".
 */
export function callOf(text: string, name: string): Call | undefined {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')
  const called = new RegExp(
    `^\\s*(?:(?:hey|hi|ok|okay)[\\s,]+)?(@?)${escaped}(?![\\p{L}\\p{N}])\\s*([,:;!.?\\-–—…]*)\\s*`,
    'iu',
  )
  const match = called.exec(text)
  if (!match) return undefined
  const [whole, at, punctuation] = match
  const question = text.slice(whole.length).trim()
  if (!/[\p{L}\p{N}]/u.test(question)) return { sure: true }
  // without an @ or a pause after the name, it is only talked about
  if (!at && !punctuation && !ASKS.test(question)) return undefined
  return { question, sure: true }
}

/** The question in a text that speaks to the agent. */
export function mentioned(text: string, name: string): string | undefined {
  return callOf(text, name)?.question
}

const ASKS =
  /^(?:what|who|whom|whose|when|where|which|why|how|did|does|do|was|were|is there|are there|has|have|can you|could you|please|tell|give|list|summari[sz]e|remind)\b/iu
