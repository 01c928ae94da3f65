import { readFileSync } from 'node:fs'
import { emptySummary, type Item, renderSummary, updateSummary } from '../../agents/brain/index.ts'
import { asTurns, type Meeting, meetingSets, syntheticMeetings } from './corpus.ts'
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
  const summary = renderSummary(updateSummary(emptySummary(), asTurns(meeting)))
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

/**
 * Of the meetings that people held: the last turn of what was found, judged by hand whether it belongs into the minutes (somebody
 * takes on work that outlives the meeting, or the group settles something). No words are kept here, and the meetings were read while
 * the patterns were mended: precision on others will be less.
 */
interface Judged {
  meeting: string
  decisions?: Record<'right' | 'wrong', number[]>
  actions?: Record<'right' | 'wrong', number[]>
}

function judgedRows(meetings: readonly Meeting[]): (string | number)[][] {
  const file = new URL('../corpus/real-outcomes.json', import.meta.url)
  const judged: Judged[] = JSON.parse(readFileSync(file, 'utf8'))
  const counts = { decisions: [0, 0, 0], actions: [0, 0, 0] }
  for (const meeting of meetings) {
    const labels = judged.find((j) => j.meeting === meeting.id)
    const { decisions, action_items } = renderSummary(
      updateSummary(emptySummary(), asTurns(meeting)),
    )
    for (const [kind, items] of [
      ['decisions', decisions],
      ['actions', action_items],
    ] as const)
      for (const { evidence } of items) {
        const last = evidence.at(-1) ?? 0
        const at = labels?.[kind]?.right.includes(last)
          ? 0
          : labels?.[kind]?.wrong.includes(last)
            ? 1
            : 2
        counts[kind][at] = (counts[kind][at] ?? 0) + 1
      }
  }
  return Object.entries(counts).map(([kind, [right = 0, wrong = 0, open = 0]]) => [
    kind,
    meetings.length,
    right,
    wrong,
    open,
    right / Math.max(1, right + wrong),
  ])
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
    const real = meetingSets().find(({ name }) => name !== 'synthetic')
    if (real)
      printTable(
        'What was found in real meetings, judged by hand',
        ['what', 'meetings', 'right', 'wrong', 'not judged', 'precision'],
        judgedRows(real.meetings),
      )
  },
}
export const { name, run } = outcomes
