import type { Answer } from './answer-summary.ts'
import { cleanText, clip } from './clean.ts'
import { asksWhoSaid, type Question } from './question.ts'
import { isQuestion, proposes } from './summary/acts.ts'
import { findDue } from './summary/due.ts'
import { contentTerms, isNumber } from './summary/salience.ts'
import type { SummaryState } from './summary/state.ts'
import { synonyms } from './synonyms.ts'
import { sentences, terms } from './text.ts'
import type { TranscriptIndex, Window } from './transcript-index.ts'
import type { Turn } from './turn.ts'
import { STOP_WORDS } from './words.ts'

/*
 * Questions that ask for one thing of a known kind: when, who, how many, which of several. What was decided or taken on last
 * holds it, else the latest sentence that has something of that kind; what was said before it changed is outdated.
 */

type Kind = 'when' | 'who' | 'number' | 'choice' | 'proposal'

const KINDS: [Kind, RegExp][] = [
  ['proposal', /\b(?:propos|suggest)/i],
  [
    'when',
    /^(?:and |so )?(?:when|by when|until when|how soon|(?:at |on |by )?(?:what|which) (?:day|date|time))\b|\b(?:deadline|due date|(?:launch|release|start|opening|delivery) date|due\?)/i,
  ],
  [
    'who',
    /^(?:and |so )?(?:who(?:se)?|whom|which (?:person|of us))\b|\b(?:responsible for|in charge of|assigned to|owner of)\b/i,
  ],
  [
    'number',
    /^(?:and |so )?(?:how (?:many|much|big|large|high|expensive)|what(?:'s| is| are| was| will)? .*\b(?:price|cost|costs|budget|limit|number|amount|fee))\b/i,
  ],
  [
    'choice',
    /^(?:and |so )?(?:which|what)\b.*\b(?:choose|chose|chosen|pick(?:ed)?|select(?:ed)?|settled?|go(?:ing)? (?:with|for)|went (?:with|for)|using|use)\b/i,
  ],
]
/** Words of the question's kind, which the answer need not have. */
const FRAME = new Set(
  terms(
    'deadline due date day time responsible charge assigned owner task person people many much allow choose chose chosen pick select settle final finally latest current currently new plan planned supposed propose proposed proposal suggest suggested suggestion go use happen take place',
  ),
)
const SYNONYM = 0.7
/** Part of what is asked about that an answer has to speak of. */
const ENOUGH = 0.6
const QUOTE_CHARS = 220
/** Says of an earlier plan that it changed. */
const CHANGED =
  /\b(?:moved?|moving|postponed?|pushed?|delayed?|rescheduled?|changed?|instead|now|new date|brought forward|slipp?(?:s|ed)|updated?|correction|actually)\b/i
/** Of a plan that no longer holds, or never did. */
const OUTDATED =
  /\b(?:originally|initially|at first|was to|were to|was supposed|were supposed|was going to|used to|had planned|last (?:year|month|week|time)|if|maybe|perhaps|might|no longer|not (?:dry|ready|possible|before))\b/i

export function fromFacts(
  question: string,
  parsed: Question,
  index: TranscriptIndex,
  windows: () => Window[],
  state: () => SummaryState,
): Answer | undefined {
  const kind = KINDS.find(([, pattern]) => pattern.test(question))?.[0]
  if (!kind || parsed.time || (kind === 'who' && asksWhoSaid(question))) return undefined
  // What one person said is theirs to be quoted for, whatever holds now.
  if (parsed.speakers.length > 0 && /\b(?:say|said|think|thought|mention)/i.test(question))
    return undefined
  const keys = [...new Set([...parsed.focus, ...parsed.context])].filter(
    (t) => !FRAME.has(t) && !STOP_WORDS.has(t),
  )
  if (keys.length === 0) return undefined
  if (kind !== 'proposal') {
    const noted = fromItems(kind, keys, index, windows, state())
    if (noted) return noted
  }
  return kind === 'choice' ? undefined : fromTurns(kind, keys, windows())
}

interface Noted {
  text: string
  who?: string
  due?: string
  evidence: number[]
  touched: number
}

function fromItems(
  kind: Kind,
  keys: readonly string[],
  index: TranscriptIndex,
  windows: () => Window[],
  state: SummaryState,
): Answer | undefined {
  const items: Noted[] =
    kind === 'who'
      ? state.actions.filter((a) => a.who)
      : kind === 'choice'
        ? state.decisions
        : [...state.decisions, ...state.actions]
  const ranked = items
    .filter((item) => has(kind, item.text) || (kind === 'when' && item.due) || kind === 'who')
    .map((item) => ({ item, part: covered(keys, withContext(kind, item, index)) }))
    .filter(({ part }) => part >= ENOUGH)
    .sort((a, b) => b.part - a.part || b.item.touched - a.item.touched)
  const best = ranked[0]
  if (!best) return undefined
  const { item } = best
  const last = item.evidence.at(-1) ?? 0
  // Said after that, with another value: the plan has changed since.
  const later = typed(kind, keys, windows()).findLast(
    (said) => said.turn.seq > last && CHANGED.test(said.text) && said.part >= best.part,
  )
  if (later) return quoted([later])
  const due = kind === 'when' ? (findDue(item.text)?.when ?? item.due) : undefined
  const said = item.evidence.flatMap((seq) => {
    const turn = index.turn(seq)
    return turn ? [{ turn, text: bestSentence(turn, item.text, due) }] : []
  })
  const current =
    due === undefined ? said : said.filter((s) => s.text.toLowerCase().includes(due.toLowerCase()))
  const shown = (current.length > 0 ? current : said.slice(-1)).slice(-3)
  const alone = shown.length === 1 && shown[0] && covered(keys, terms(shown[0].text)) >= best.part
  return quoted(shown, alone ? undefined : item.text)
}

/** What a choice is on is often said before it: "Postgres or Mongo for the orders?" "Let's go with Postgres." */
function withContext(kind: Kind, item: Noted, index: TranscriptIndex): string[] {
  const found = terms(item.text)
  const brief = kind === 'when' && contentTerms(item.text).length < 3
  if (kind !== 'choice' && kind !== 'number' && !brief) return found
  const first = item.evidence[0] ?? 0
  for (let seq = first - 1; seq > 0 && seq > first - 5; seq--)
    found.push(...terms(index.turn(seq)?.text.slice(0, 400) ?? ''))
  return found
}

interface Said {
  turn: Turn
  text: string
  part: number
}

/** Sentences with something of the kind that is asked for, oldest first. */
function typed(kind: Kind, keys: readonly string[], windows: readonly Window[]): Said[] {
  const out = new Map<string, Said>()
  for (const { turns } of windows)
    for (const [i, turn] of turns.entries()) {
      const said = sentences(cleanText(turn.text.slice(0, 2_000)))
      for (const text of said) {
        if (isQuestion(text) || !has(kind, text)) continue
        const around = kind === 'proposal' ? turns.slice(Math.max(0, i - 3), i) : []
        const there = [text, ...around.map((t) => t.text.slice(0, 400))].flatMap(terms)
        const part = covered(keys, there)
        if (part >= ENOUGH) out.set(`${turn.seq} ${text}`, { turn, text, part })
      }
    }
  return [...out.values()].sort((a, b) => a.turn.seq - b.turn.seq)
}

function fromTurns(
  kind: Kind,
  keys: readonly string[],
  windows: readonly Window[],
): Answer | undefined {
  if (kind === 'who') return undefined
  const all = typed(kind, keys, windows)
  const most = Math.max(0, ...all.map((s) => s.part))
  const full = all.filter((s) => s.part === most)
  const valid = full.filter((s) => !OUTDATED.test(s.text))
  const latest = (valid.length > 0 ? valid : full).at(-1)
  return latest && quoted([latest])
}

function has(kind: Kind, text: string): boolean {
  if (kind === 'when') return findDue(text) !== undefined
  if (kind === 'number') return terms(text).some(isNumber)
  if (kind === 'proposal') return proposes(text)
  return true
}

/** Part of the keys that is spoken of; 0 when none is there by its own word or a synonym. */
function covered(keys: readonly string[], said: readonly string[]): number {
  const there = new Set(said)
  let sum = 0
  for (const key of keys) {
    if (there.has(key)) sum += 1
    else if ([...synonyms(key)].some((other) => there.has(other))) sum += SYNONYM
  }
  return sum / keys.length
}

function bestSentence(turn: Turn, text: string, due: string | undefined): string {
  const wanted = new Set(terms(text))
  const ranked = sentences(cleanText(turn.text.slice(0, 4_000))).map((sentence) => ({
    sentence,
    score:
      terms(sentence).filter((t) => wanted.has(t)).length +
      (due !== undefined && sentence.toLowerCase().includes(due.toLowerCase()) ? 3 : 0),
  }))
  ranked.sort((a, b) => b.score - a.score)
  return ranked[0]?.sentence ?? ''
}

function quoted(said: readonly { turn: Turn; text: string }[], noted?: string): Answer {
  const quotes = said.map((s) => `${s.turn.speaker.name}: "${clip(s.text, QUOTE_CHARS)}"`)
  const head = noted === undefined ? '' : `${noted.replace(/[.!]?$/, '.')} `
  return {
    text: `${head}Quoted from the transcript: ${quotes.join(' · ')}`,
    citations: said.map((s) => s.turn.seq),
    found: true,
  }
}
