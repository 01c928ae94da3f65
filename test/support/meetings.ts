import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { Meeting } from '../../protocol/client/meeting.ts'

const REAL = new URL('../../../shared/data/meetings/qmsum_val.jsonl', import.meta.url)
const OURS = new URL('../corpus/meetings/', import.meta.url)

interface Labelled {
  id: string
  turns: { speaker: string; text: string }[]
  specific_queries: { query: string; relevant_spans: [number | string, number | string][] }[]
}

/**
 * Meetings to play, each cut to its first turns, with those of its own questions that these turns
 * answer, asked right after. Real ones where they are at hand, else the synthetic ones of test/corpus.
 */
export function loadMeetings(count: number, maxTurns: number): (Meeting & { id: string })[] {
  const all = existsSync(REAL) ? realMeetings() : ourMeetings()
  return Array.from({ length: count }, (_, i) => {
    const found = all[i % all.length]
    if (found === undefined) throw new Error(`no meetings at ${OURS.pathname}`)
    return cut(found, maxTurns, i < all.length ? '' : ` again ${Math.floor(i / all.length)}`)
  })
}

function realMeetings(): Labelled[] {
  const lines = readFileSync(REAL, 'utf8').trim().split('\n')
  const meetings = lines.map((line) => JSON.parse(line) as Labelled)
  // Those first whose questions are about their beginnings: a cut meeting can answer them.
  return meetings.toSorted((a, b) => earliestAnswer(a) - earliestAnswer(b))
}

function ourMeetings(): Labelled[] {
  const files = readdirSync(OURS).filter((file) => file.endsWith('.json'))
  return files.sort().map((file) => JSON.parse(readFileSync(new URL(file, OURS), 'utf8')))
}

function cut(meeting: Labelled, maxTurns: number, suffix: string): Meeting & { id: string } {
  const turns = meeting.turns.slice(0, maxTurns)
  const speakers = new Set(turns.map(({ speaker }) => speaker))
  const asks = meeting.specific_queries.flatMap(({ query, relevant_spans }) => {
    const evidence = relevant_spans.flatMap(([from, to]) => range(Number(from), Number(to)))
    const after = Math.max(...evidence)
    const by = turns[after]?.speaker
    return by === undefined ? [] : [{ question: query, after, by, evidence }]
  })
  const id = `${meeting.id}${suffix}`
  const parsed = Meeting.parse({
    id,
    turns,
    speakers: [...speakers].map((name) => ({ name })),
    asks,
  })
  return { ...parsed, id }
}

function earliestAnswer(meeting: Labelled): number {
  return Math.min(
    ...meeting.specific_queries.map(({ relevant_spans }) =>
      Math.max(...relevant_spans.map(([, to]) => Number(to))),
    ),
  )
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i)
}
