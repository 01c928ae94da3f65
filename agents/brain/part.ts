import type { Answer } from './answer-summary.ts'
import { cleanText, clip } from './clean.ts'
import type { Question } from './question.ts'
import { isQuestion } from './summary/acts.ts'
import { pickDiverse, topicTerms } from './summary/salience.ts'
import { sentences } from './text.ts'
import type { TranscriptIndex } from './transcript-index.ts'
import type { Turn } from './turn.ts'

const QUOTES = 4
const QUOTE_CHARS = 220
/** Turns that are read at most, the latest: an answer costs about the same in a long meeting. */
const READ = 250

/**
 * "What did Ana say after the break?", "What was said in the last ten minutes?": no topic is asked for, so that what carries
 * most of that part, or of that person's words in it, is quoted. Undefined: not such a question.
 */
export function fromPart(question: Question, index: TranscriptIndex): Answer | undefined {
  const { time, speakers } = question
  if (question.focus.length + question.context.length > 0) return undefined
  if (!time && speakers.length === 0) return undefined
  const part = index.part(question)
  if (part.length === 0 && time && /break/.test(time.kind))
    return nothing('I noticed no break in this meeting so far.')
  const said = part.filter((t) => speakers.length === 0 || speakers.includes(t.speaker.id))
  const quotes = telling(said.slice(-READ))
  if (quotes.length === 0) return nothing('Nothing of the kind was said then, as far as I heard.')
  return {
    text: `Quoted from the transcript: ${quotes.map((q) => `${q.who}: "${q.text}"`).join(' · ')}`,
    citations: [...new Set(quotes.map((q) => q.seq))],
    found: true,
  }
}

/** The sentences with most of what these turns are on, in order. */
function telling(turns: readonly Turn[]) {
  const found = turns.flatMap(({ seq, speaker, text }) =>
    sentences(cleanText(text.slice(0, 2_000))).map((sentence) => ({
      seq,
      who: speaker.name,
      text: clip(sentence, QUOTE_CHARS),
    })),
  )
  const counts = new Map<string, number>()
  for (const { text } of found)
    for (const t of new Set(topicTerms(text))) counts.set(t, (counts.get(t) ?? 0) + 1)
  const statements = found.filter(({ text }) => !isQuestion(text))
  const weight = ({ text }: { text: string }) => {
    let sum = 0
    for (const t of new Set(topicTerms(text))) sum += Math.log(1 + (counts.get(t) ?? 0))
    return sum
  }
  const from = statements.length > 0 ? statements : found
  return pickDiverse(from, weight, QUOTES).sort((a, b) => a.seq - b.seq)
}

function nothing(text: string): Answer {
  return { text, citations: [], found: false }
}
