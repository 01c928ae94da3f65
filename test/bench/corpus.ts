import { type Meeting, meetingSets } from '../evals/corpus.ts'

/** The real meetings where they are at hand, else our own, with a word on which. */
export function corpus(): { name: string; meetings: Meeting[] } {
  const [first] = meetingSets()
  if (!first) throw new Error('there are no meetings')
  return first
}

/** Turns of the meetings one after another, over and over. */
export function* turns(meetings: readonly Meeting[]): Generator<{ speaker: string; text: string }> {
  for (;;)
    for (const meeting of meetings)
      for (const turn of meeting.turns) if (turn.text.trim() !== '') yield turn
}
