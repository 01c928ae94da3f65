import { synonyms, TALK_WORDS, type Turn, term, terms } from '../brain/index.ts'

/** What a model was shown, as the measure of what it may cite. */
export interface Evidence {
  /** Whether the model was shown this seq. */
  has(seq: number): boolean
  /**
   * Whether what was said there speaks of the statement: they share a word of content beyond the names of people, or for
   * a short reply ("Yes, on Friday.") what it replies to does. `asked` stands in for a statement without content.
   */
  supports(seq: number, statement: string, asked?: string): boolean
  /** Whether a person is who spoke there, or is named there. */
  names(seq: number, person: string): boolean
}

/** "Yes", "think", "thing": what is said about everything. */
const TALK = new Set([...TALK_WORDS].map(term))
/** Terms below which a turn is a reply that means nothing alone, and turns before it that it may reply to. */
const SHORT = 4
const REPLIED_TO = 2

interface Source {
  text: string
  speaker?: string
  /** What it may reply to. */
  before: string[]
}

/**
 * A model can be talked into citing anything, by whoever speaks in the room. So what it cites must be among what it was
 * shown, and must be about the same: turns, and items of the summary so far under the seqs that they cite.
 */
export function createEvidence(
  turns: readonly Turn[],
  items: readonly { text: string; who?: string | undefined; evidence: readonly number[] }[] = [],
): Evidence {
  const sources = new Map<number, Source[]>()
  const add = (seq: number, source: Source) =>
    sources.set(seq, [...(sources.get(seq) ?? []), source])
  for (const [i, { seq, text, speaker }] of turns.entries()) {
    const before = turns.slice(Math.max(0, i - REPLIED_TO), i).map((turn) => turn.text)
    add(seq, { text, speaker: speaker.name, before })
  }
  for (const { text, who, evidence } of items)
    for (const seq of evidence)
      add(seq, { text, before: [], ...(who === undefined ? {} : { speaker: who }) })
  const people = new Set(turns.flatMap(({ speaker }) => terms(speaker.name)))

  const content = (text: string) =>
    terms(text).filter((found) => !people.has(found) && !TALK.has(found))

  return {
    has: (seq) => sources.has(seq),
    supports(seq, statement, asked = '') {
      const said = content(statement)
      const wanted = new Set(said.length > 0 ? said : [...terms(statement), ...content(asked)])
      for (const one of [...wanted]) for (const other of synonyms(one)) wanted.add(other)
      const shares = (text: string) => terms(text).some((found) => wanted.has(found))
      return (sources.get(seq) ?? []).some(
        ({ text, before }) =>
          shares(text) || (terms(text).length < SHORT && before.some((turn) => shares(turn))),
      )
    },
    names(seq, person) {
      const name = terms(person)
      return (sources.get(seq) ?? []).some(({ text, speaker = '' }) => {
        const there = new Set([...terms(speaker), ...terms(text)])
        return name.some((part) => there.has(part))
      })
    },
  }
}
