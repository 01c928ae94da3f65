import { parseQuestion } from './question.ts'
import { type Item, renderSummary, type SummaryState } from './summary/index.ts'
import { concerns, findPerson } from './summary/names.ts'
import { terms } from './text.ts'

export interface Answer {
  text: string
  /** Seqs of the turns quoted, or that what is said rests on. Empty when nothing was found. */
  citations: number[]
  found: boolean
}

const DECISIONS =
  /^(?:so )?(?:what|which|list|show|any|were|have|did|tell)\b.*\b(?:decide[ds]?|decisions?|agreed?|agree (?:on|to))\W*(?:so far|today|yet|in (?:this|the) meeting|on|here|made)?\W*$/i
const ACTIONS =
  /\b(?:action (?:items?|points?)|to-?dos?|who (?:does|is doing|will do|has to do) what|next steps|(?:my|our|whose|what|which) tasks|assigned to)\b|\b(?:what|which) (?:do|does|should|must|will) (?:i|we|\p{L}+(?: \p{L}+)?) (?:have to |need to )?do(?: next| now)?\W*$/iu
const WHOLE =
  /\b(?:what (?:did|have) i miss(?:ed)?|catch me up|summari[sz]e (?:the (?:whole |entire )?meeting|this|everything|so far|it)|summary (?:so far|of (?:the|this) (?:whole )?meeting)|what (?:was|is) (?:the|this) (?:whole )?meeting (?:about|on)|what (?:happened|has happened|was said) so far|recap)\b|^summar(?:y|i[sz]e)\W*$/i

/** Questions on the whole are answered from the running summary; undefined: not such a question. */
export function fromSummary(
  question: string,
  asker: string | undefined,
  state: () => SummaryState,
): Answer | undefined {
  const kind = ACTIONS.test(question)
    ? 'actions'
    : WHOLE.test(question)
      ? 'whole'
      : DECISIONS.test(question)
        ? 'decisions'
        : undefined
  if (!kind)
    return /\b(?:decid|decision|agreed (?:on|to))/i.test(question)
      ? onTopic(question, state)
      : undefined
  const current = state()
  const summary = renderSummary(current)
  if (kind === 'decisions')
    return listed('Decided so far', summary.decisions, 'No decision has been noted so far.')
  if (kind === 'actions') {
    const mine = /\b(?:my|mine|i|me)\b/i.test(question) ? asker : undefined
    const named =
      mine ?? current.people.find((p) => findPerson(nameIn(question, p), [p]) !== undefined)
    const items = named
      ? summary.action_items.filter((i) => concerns(i.who, named))
      : summary.action_items
    const nothing = named
      ? `No action item has been noted for ${named} so far.`
      : 'No action item has been noted so far.'
    return listed(named ? `Noted for ${named}` : 'Action items so far', items, nothing)
  }
  const parts: Answer[] = []
  if (summary.key_points.length > 0)
    parts.push(listed('Key points', summary.key_points.slice(-4), ''))
  if (summary.decisions.length > 0) parts.push(listed('Decided', summary.decisions.slice(-4), ''))
  if (summary.action_items.length > 0)
    parts.push(listed('To do', summary.action_items.slice(-4), ''))
  if (parts.length === 0)
    return { text: 'Too little has been said so far to sum up.', citations: [], found: false }
  return {
    text: parts.map((p) => p.text).join('\n'),
    citations: [...new Set(parts.flatMap((p) => p.citations))].sort((a, b) => a - b),
    found: true,
  }
}

/** "What did we decide about the logo?": where a noted decision speaks of most of it, that is the answer. */
function onTopic(question: string, state: () => SummaryState): Answer | undefined {
  const asked = parseQuestion(question).focus
  const decisions = renderSummary(state()).decisions.filter((decision) => {
    const said = new Set(terms(decision.text))
    return asked.filter((t) => said.has(t)).length * 2 > asked.length
  })
  return decisions.length > 0 ? listed('Decided', decisions, '') : undefined
}

function nameIn(question: string, person: string): string {
  return person.split(/\s+/).find((part) => part.length > 1 && question.includes(part)) ?? ''
}

function listed(title: string, items: readonly Item[], nothing: string): Answer {
  if (items.length === 0) return { text: nothing, citations: [], found: false }
  const lines = items.map(
    (item) => `- ${item.text}${item.due && !item.text.includes(item.due) ? ` (${item.due})` : ''}`,
  )
  return {
    text: [`${title}:`, ...lines].join('\n'),
    citations: [...new Set(items.flatMap((item) => item.evidence))].sort((a, b) => a - b),
    found: true,
  }
}
