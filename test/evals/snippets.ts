import { readFileSync } from 'node:fs'
import { turnsOf } from '../../agents/brain/fixture.ts'
import {
  answer,
  createTranscriptIndex,
  emptySummary,
  type Item,
  renderSummary,
  updateSummary,
} from '../../agents/brain/index.ts'

interface Gold {
  /** Seqs; an item that is right cites one of them. */
  turns: number[]
  /** Words that the item's text has. */
  says: string[]
  who?: string
  /** As said; `*`: any or none. */
  due?: string
  /** Right when found, not missed when not. */
  optional?: true
}

/** A few turns of some meeting, "Name: text", with what they decide, who has to do what, and what one may ask. */
export interface Snippet {
  id: string
  /**
   * `second look`: first looked at when the extraction was done, with (precision/recall) .77/.83 for decisions, 1/.91 for
   * actions and 1 for answers; what was found wrong there was mended afterwards, so that it is no measure any more.
   */
  part: 'known' | 'second look'
  turns: string[]
  decisions?: Gold[]
  action_items?: Gold[]
  key_points?: Gold[]
  /** No turns: it was not said. */
  questions?: { ask: string; turns: number[] }[]
}

export function snippets(): Snippet[] {
  return JSON.parse(readFileSync(new URL('../corpus/outcomes.json', import.meta.url), 'utf8'))
}

const bare = (due = '') =>
  due.toLowerCase().replace(/^(?:(?:by|before|on|at|the|this|after) )+/, '')

function fits(item: Item, gold: Gold): boolean {
  const text = item.text.toLowerCase()
  return (
    gold.turns.some((seq) => item.evidence.includes(seq)) &&
    gold.says.every((word) => text.includes(word.toLowerCase())) &&
    (gold.who === undefined || gold.who === item.who) &&
    (gold.who === undefined || gold.due === '*' || bare(gold.due) === bare(item.due))
  )
}

export interface Score {
  wanted: number
  found: number
  right: number
  /** What went wrong, for who wants to know. */
  faults: string[]
}

function score(found: readonly Item[], gold: readonly Gold[] = []): Score {
  const free = new Set(gold)
  const faults: string[] = []
  let right = 0
  let extra = 0
  for (const item of found) {
    const match = [...free].find((g) => fits(item, g))
    if (!match) faults.push(`too much: ${JSON.stringify(item)}`)
    else free.delete(match)
    if (match?.optional) extra++
    else if (match) right++
  }
  for (const g of free) if (!g.optional) faults.push(`missed: ${JSON.stringify(g)}`)
  const wanted = gold.filter((g) => !g.optional).length
  return { wanted, found: found.length - extra, right, faults }
}

/** How right the brain is on one snippet. */
export function judge(snippet: Snippet): Record<'decisions' | 'actions' | 'answers', Score> {
  const turns = turnsOf(snippet.turns)
  const index = createTranscriptIndex()
  for (const turn of turns) index.add(turn)
  const summary = updateSummary(emptySummary(), turns)
  const { decisions, action_items } = renderSummary(summary)
  const answers: Score = { wanted: 0, found: 0, right: 0, faults: [] }
  for (const { ask, turns: gold } of snippet.questions ?? []) {
    const said = answer({ question: ask, index, turns, summary })
    answers.wanted++
    answers.found++
    const right = gold.length === 0 ? !said.found : gold.some((seq) => said.citations.includes(seq))
    if (right) answers.right++
    else answers.faults.push(`${ask} ${JSON.stringify(said)}`)
  }
  return {
    decisions: score(decisions, snippet.decisions),
    actions: score(action_items, snippet.action_items),
    answers,
  }
}
