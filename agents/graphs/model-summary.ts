import { z } from 'zod'
import type { Summary, SummaryItem } from '#protocol'
import type { Turn } from '../brain/index.ts'
import type { ChatModel } from '../models/index.ts'
import { askJson } from './ask-model.ts'
import { createEvidence, type Evidence } from './evidence.ts'
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

/** The summary after some more turns, by a model; what it cites is checked against what it was shown. */
export async function summarizeByModel(
  model: ChatModel,
  before: SummaryItems,
  turns: readonly Turn[],
  signal: AbortSignal,
): Promise<SummaryItems> {
  const { key_points, decisions, action_items, topics } = before
  const parsed = await askJson(model, {
    system: SYSTEM,
    content: `${asData('summary', JSON.stringify(before))}\n${asData('transcript', turns)}`,
    maxTokens: 4_000,
    schema: Items,
    name: 'summary',
    signal,
  })
  const old = [...key_points, ...decisions, ...action_items, ...topics]
  const evidence = createEvidence(turns, old)
  return {
    key_points: kept(parsed.key_points, evidence).slice(-LIMITS.key_points),
    decisions: kept(parsed.decisions, evidence).slice(-LIMITS.decisions),
    action_items: kept(parsed.action_items, evidence).slice(-LIMITS.action_items),
    topics: kept(parsed.topics, { ...evidence, supports: evidence.has }).slice(-LIMITS.topics),
  }
}

const MOST_EVIDENCE = 6

/** What people said, by whom they said: an item that nothing speaks of is dropped, and so is a person nowhere named. */
function kept(items: z.infer<typeof Item>[], evidence: Evidence): SummaryItem[] {
  return items.flatMap(({ text, who, due, evidence: seqs }) => {
    const real = [...new Set(seqs)]
      .filter((seq) => evidence.supports(seq, text))
      .slice(0, MOST_EVIDENCE)
    if (real.length === 0 || text.trim() === '') return []
    const named = who && real.some((seq) => evidence.names(seq, who))
    return {
      text: text.slice(0, ITEM_CHARS),
      ...(named ? { who: who.slice(0, 100) } : {}),
      ...(due ? { due: due.slice(0, 100) } : {}),
      evidence: real,
    }
  })
}
