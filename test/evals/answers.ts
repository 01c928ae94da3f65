import { answer, createTranscriptIndex } from '../../agents/brain/index.ts'
import { asTurns, inSpans, type Meeting, meetingSets } from './corpus.ts'
import type { Eval } from './eval.ts'
import { printTable } from './table.ts'

/**
 * Each question is asked of its own meeting and of another one (the one half the set away, which in a sorted set is of
 * another kind). Gold answers do not exist for the latter: whatever is answered there is a false answer, though meetings of one
 * series do share topics, so the rate is an upper bound.
 */
function measure(meetings: Meeting[]) {
  let [asked, refused, cited, citedInSpan, resolved, citations, falseAnswers] = [
    0, 0, 0, 0, 0, 0, 0,
  ]
  const rooms = meetings.map((meeting) => {
    const turns = asTurns(meeting)
    const index = createTranscriptIndex()
    for (const turn of turns) index.add(turn)
    return { meeting, turns, index }
  })
  const half = Math.floor(rooms.length / 2)
  for (const [i, { meeting, turns, index }] of rooms.entries()) {
    const other = rooms[(i + half) % rooms.length]
    for (const { query, relevant_spans } of meeting.specific_queries) {
      asked++
      const own = answer({ question: query, index, turns })
      if (!own.found) refused++
      else {
        cited++
        if (own.citations.some((seq) => inSpans(seq, relevant_spans))) citedInSpan++
      }
      citations += own.citations.length
      resolved += own.citations.filter((seq) => index.turn(seq)).length
      if (other && answer({ question: query, index: other.index, turns: other.turns }).found)
        falseAnswers++
    }
  }
  return [
    asked,
    refused / asked,
    falseAnswers / asked,
    citedInSpan / cited,
    `${resolved}/${citations}`,
  ]
}

const answers: Eval = {
  name: 'answers',
  async run() {
    printTable(
      "Answers: questions of the meeting itself, and of another meeting ('not said' is right there)",
      [
        'set',
        'n',
        'wrong refusals',
        'false answers',
        'a citation in gold span',
        'citations that resolve',
      ],
      meetingSets().map(({ name, meetings }) => [name, ...measure(meetings)]),
    )
  },
}
export const { name, run } = answers
