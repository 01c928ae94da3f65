import { basename } from 'node:path'
import { z } from 'zod'

/** A catalogue that cannot be used; the message names the file and where in it. */
export class CatalogueError extends Error {
  override readonly name = 'CatalogueError'
}

/** Whose models there are. */
export const providers = [
  { id: 'anthropic', name: 'Anthropic' },
  { id: 'google', name: 'Google' },
  { id: 'meta', name: 'Meta' },
  { id: 'openai', name: 'OpenAI' },
] as const

/** One more than any model costs: a price for a thousand tokens, or in cents, is a mistake. */
const HIGHEST_PRICE = 10_000

const Text = z.string().trim().min(1)
const Day = z.iso.date()
const Tokens = z.int().positive()
const Price = z.number().nonnegative().max(HIGHEST_PRICE)

/** One model of a catalogue, named as the columns of llm_models. Prices in USD for a million tokens. */
const Entry = z.strictObject({
  provider: z.enum(providers.map(({ id }) => id)),
  modelName: Text,
  displayName: Text,
  family: Text.nullable(),
  aliases: z.array(Text),
  status: z.enum(['active', 'deprecated', 'retired']),
  releasedOn: Day.nullable(),
  retiresOn: Day.nullable(),
  contextWindow: Tokens,
  maxInputTokens: Tokens,
  maxOutputTokens: Tokens.nullable(),
  capabilities: z.record(Text, z.boolean().nullable()),
  apiMode: z.enum(['chat', 'responses']),
  /** `HOST/NAME`, the name as that host calls the model. */
  hosts: z.array(Text),
  inputUsdPerMtok: Price,
  outputUsdPerMtok: Price,
  cacheReadUsdPerMtok: Price.nullable(),
  cacheWriteUsdPerMtok: Price.nullable(),
  batchInputUsdPerMtok: Price.nullable(),
  batchOutputUsdPerMtok: Price.nullable(),
  longContextTiers: z.array(
    z.strictObject({ aboveTokens: Tokens, inputUsdPerMtok: Price, outputUsdPerMtok: Price }),
  ),
  source: Text,
  sourceUrl: z.url().nullable(),
  note: Text.nullable(),
  asOf: Day,
})

export type CatalogueEntry = z.infer<typeof Entry>

/** By which a model is known everywhere: `openai/gpt-5`. */
export const nameOf = ({ provider, modelName }: { provider: string; modelName: string }) =>
  `${provider}/${modelName}`

/**
 * Reads a catalogue: a JSON array of models.
 *
 * @param file its name, for messages
 * @throws CatalogueError with the first thing that is wrong
 */
export function readCatalogue(text: string, file: string): CatalogueEntry[] {
  const fail = (message: string) => new CatalogueError(`${basename(file)}: ${message}`)
  let items: unknown
  try {
    items = JSON.parse(text)
  } catch (error) {
    const line = firstBadLine(text)
    const where = line === undefined ? '' : `line ${line}: `
    throw fail(`${where}not JSON (${error instanceof Error ? error.message : error})`)
  }
  if (!Array.isArray(items)) throw fail('must be a JSON array of models')
  if (items.length === 0) throw fail('holds no models')
  const seen = new Set<string>()
  return items.map((item: unknown, index) => {
    const where = `model ${index + 1}${saidName(item)}`
    const { success, data, error } = Entry.safeParse(item)
    if (!success) {
      const [issue] = error.issues
      const path = issue?.path.join('.')
      throw fail(`${where}: ${path ? `${path}: ` : ''}${issue?.message}`)
    }
    const name = nameOf(data)
    if (seen.has(name)) throw fail(`${where} is in it twice`)
    seen.add(name)
    return data
  })
}

/** Where one model is one line, as in the packaged catalogue, the line that is at fault. */
function firstBadLine(text: string): number | undefined {
  const bad = text.split('\n').findIndex((line) => {
    const model = line.trim().replace(/,$/, '')
    if (['', '[', ']'].includes(model)) return false
    try {
      return typeof JSON.parse(model) !== 'object'
    } catch {
      return true
    }
  })
  return bad < 0 ? undefined : bad + 1
}

function saidName(item: unknown): string {
  const { success, data } = z.looseObject({ provider: Text, modelName: Text }).safeParse(item)
  return success ? ` (${nameOf(data)})` : ''
}

/**
 * What a model's status is on a day: its end counts, whatever was written down before it came. A day is
 * `YYYY-MM-DD`, in UTC.
 */
export function statusOn(
  { status, retiresOn }: Pick<CatalogueEntry, 'status' | 'retiresOn'>,
  today: string,
): CatalogueEntry['status'] {
  if (retiresOn === null) return status
  if (retiresOn <= today) return 'retired'
  return status === 'active' ? 'deprecated' : status
}
