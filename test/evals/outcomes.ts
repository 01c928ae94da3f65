import { emptySummary, type Item, renderSummary, updateSummary } from '../../agents/brain/index.ts'
import { asTurns, type Meeting, syntheticMeetings } from './corpus.ts'
import type { Eval } from './eval.ts'
import { judge, snippets } from './snippets.ts'
import { printTable } from './table.ts'

interface Gold {
  text: string
  turns: number[]
  who?: string
  due?: string
}

/** Pairs each found item with the gold item whose turns it cites most; one to one. */
function pair(found: readonly Item[], gold: readonly Gold[]): [Item, Gold][] {
  const free = new Set(gold)
  const pairs: [Item, Gold][] = []
  for (const item of found) {
    const seqs = new Set(item.evidence)
    const shared = (g: Gold) => g.turns.filter((t) => seqs.has(t + 1)).length
    const fits = (g: Gold) => shared(g) > 0 && (g.who === undefined || g.who === item.who)
    const best = [...free].filter(fits).sort((a, b) => shared(b) - shared(a))[0]
    if (!best) continue
    free.delete(best)
    pairs.push([item, best])
  }
  return pairs
}

const bare = (due: string | undefined) =>
  due?.toLowerCase().replace(/^(?:the|our|next|this) /, '') ?? ''

export function outcomesOf(meeting: Meeting) {
  const summary = renderSummary(updateSummary(emptySummary(), asTurns(meeting), { now: 0 }))
  const decisions = pair(summary.decisions, meeting.decisions ?? [])
  const actions = pair(summary.action_items, meeting.action_items ?? [])
  const due = actions.filter(([item, gold]) => bare(item.due) === bare(gold.due))
  return { summary, decisions, actions, due }
}

function snippetRows(part: 'known' | 'second look'): (string | number)[][] {
  const judged = snippets()
    .filter((snippet) => snippet.part === part)
    .map(judge)
  return (['decisions', 'actions', 'answers'] as const).map((what) => {
    const [wanted, found, right] = (['wanted', 'found', 'right'] as const).map((key) =>
      judged.reduce((sum, one) => sum + one[what][key], 0),
    ) as [number, number, number]
    return [part, what, wanted, found, right / found, right / wanted]
  })
}

const outcomes: Eval = {
  name: 'outcomes',
  async run() {
    const rows: (string | number)[][] = []
    for (const kind of ['decisions', 'actions'] as const) {
      let [found, gold, right, due] = [0, 0, 0, 0]
      for (const meeting of syntheticMeetings()) {
        const out = outcomesOf(meeting)
        found += (kind === 'decisions' ? out.summary.decisions : out.summary.action_items).length
        gold += (kind === 'decisions' ? meeting.decisions : meeting.action_items)?.length ?? 0
        right += out[kind].length
        if (kind === 'actions') due += out.due.length
      }
      const dueCell = kind === 'actions' ? `${due}/${right}` : '-'
      rows.push([kind, gold, found, right / found, right / gold, dueCell])
    }
    printTable(
      'Decisions and action items of the synthetic meetings (right: cites the gold turns; for actions, who too)',
      ['what', 'gold', 'found', 'precision', 'recall', 'due right'],
      rows,
    )
    printTable(
      'The same of short snippets of many trades (right: says so, cites the turn; for actions who and due too)',
      ['snippets', 'what', 'gold', 'found', 'precision', 'recall'],
      (['known', 'second look'] as const).flatMap(snippetRows),
    )
  },
}
export const { name, run } = outcomes
