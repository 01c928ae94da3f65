import { z } from 'zod'
import type { Summary, SummaryItem } from '#protocol'
import type { Turn } from '../brain/index.ts'
import type { ChatModel } from '../models/index.ts'
import { asData, UNTRUSTED } from './prompt.ts'

/** The lists of a summary, without its cursor. */
export type SummaryItems = Pick<Summary, 'key_points' | 'decisions' | 'action_items' | 'topics'>

/** How much of each list is kept, so that neither the event nor the checkpoint follows the meeting's length. */
const LIMITS = { key_points: 8, decisions: 20, action_items: 24, topics: 9 }
const ITEM_CHARS = 300

const Item = z.object({
  text: z.string(),
  who: z.string().nullable(),
  due: z.string().nullable(),
  evidence: z.array(z.number().int()),
})
const Items = z.object({
  key_points: z.array(Item),
  decisions: z.array(Item),
  action_items: z.array(Item),
  topics: z.array(Item),
})

const SYSTEM = `You keep the running summary of a live meeting. You get the summary so far and what was said since.
Answer with the whole new summary: key_points, decisions, action_items (who does it, due when said) and topics.
Decisions and action items are only what people agreed on; one that was revised is replaced by its revision.
"evidence" are the seq numbers of the turns that say so; an item without evidence is worthless. Be brief.
${UNTRUSTED}`

/** The summary after some more turns, by a model. Items whose evidence is not real are dropped. */
export async function summarizeByModel(
  model: ChatModel,
  before: SummaryItems,
  turns: readonly Turn[],
  signal: AbortSignal,
): Promise<SummaryItems> {
  const { key_points, decisions, action_items, topics } = before
  const soFar = JSON.stringify({ key_points, decisions, action_items, topics })
  const text = await model.complete({
    system: SYSTEM,
    messages: [
      { role: 'user', content: `${asData('summary', soFar)}\n${asData('transcript', turns)}` },
    ],
    maxTokens: 4_000,
    schema: { name: 'summary', schema: z.toJSONSchema(Items, { target: 'draft-7' }) },
    signal,
  })
  const parsed = Items.parse(JSON.parse(text))
  const known = new Set([
    ...[...key_points, ...decisions, ...action_items, ...topics].flatMap((i) => i.evidence),
    ...turns.map((turn) => turn.seq),
  ])
  const list = (name: keyof SummaryItems) => kept(parsed[name], known).slice(-LIMITS[name])
  return {
    key_points: list('key_points'),
    decisions: list('decisions'),
    action_items: list('action_items'),
    topics: list('topics'),
  }
}

function kept(items: z.infer<typeof Item>[], known: ReadonlySet<number>): SummaryItem[] {
  return items.flatMap(({ text, who, due, evidence }) => {
    const real = [...new Set(evidence)].filter((seq) => known.has(seq)).slice(0, 6)
    if (real.length === 0 || text.trim() === '') return []
    return {
      text: text.slice(0, ITEM_CHARS),
      ...(who ? { who: who.slice(0, 100) } : {}),
      ...(due ? { due: due.slice(0, 100) } : {}),
      evidence: real,
    }
  })
}
