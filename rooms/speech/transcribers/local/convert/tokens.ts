import { z } from 'zod'

const Tokenizer = z.object({
  model: z.object({ vocab: z.record(z.string(), z.number().int().nonnegative()) }),
})

/**
 * GPT-2's letters for bytes: those that can be printed are themselves, the rest are letters from 256 on.
 */
function bytesOfLetters(): Map<string, number> {
  const letters = new Map<string, number>()
  let next = 256
  for (let byte = 0; byte < 256; byte++) {
    const printed = (byte > 32 && byte < 127) || (byte > 160 && byte !== 173)
    letters.set(String.fromCodePoint(printed ? byte : next++), byte)
  }
  return letters
}

/** The bytes of the first `count` tokens of a `tokenizer.json`, by number. Throws where one is missing. */
export function readTokens(json: string, count: number): Buffer[] {
  const { vocab } = Tokenizer.parse(JSON.parse(json)).model
  const letters = bytesOfLetters()
  const tokens = new Map(
    Object.entries(vocab).map(([text, id]) => [
      id,
      Buffer.from([...text].map((letter) => letters.get(letter) ?? 0)),
    ]),
  )
  return Array.from({ length: count }, (_, id) => {
    const token = tokens.get(id)
    if (!token) throw new Error(`the tokenizer has no token ${id}`)
    return token
  })
}
