/**
 * The question in a text that speaks to the agent by its name at the beginning: "Aura, what did we decide?",
 * "@aura who does the budget". None in "Aura is great" or "I asked Aura".
 */
export function mentioned(text: string, name: string): string | undefined {
  const escaped = name.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&')
  const called = new RegExp(
    `^\\s*(?:(?:hey|hi|ok|okay)[\\s,]+)?(@?)${escaped}(?![\\p{L}\\p{N}])\\s*([,:;!.?\\-–—]*)\\s*`,
    'iu',
  )
  const match = called.exec(text)
  if (!match) return undefined
  const [whole, at, punctuation] = match
  const question = text.slice(whole.length).trim()
  // without an @ or a pause after the name, it is only talked about
  if (!at && !punctuation && !ASKS.test(question)) return undefined
  return /[\p{L}\p{N}]/u.test(question) ? question : undefined
}

const ASKS =
  /^(?:what|who|whom|whose|when|where|which|why|how|did|does|do|was|were|is there|are there|has|have|can you|could you|please|tell|give|list|summari[sz]e|remind)\b/iu
