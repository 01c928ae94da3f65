import { words } from '../text.ts'

const TITLE = /^(?:mr|mrs|ms|dr|prof|professor|hon|sir|the|right)$/

/** Finds whom a sentence calls by name, among those who spoke in the room. */
export function findPerson(called: string, people: readonly string[]): string | undefined {
  const asked = words(called).filter((w) => !TITLE.test(w))
  if (asked.length === 0) return undefined
  const matches = people.filter((name) => {
    const parts = words(name)
    return asked.every((w) => parts.includes(w))
  })
  // A part that two people share names neither.
  return matches.length === 1
    ? matches[0]
    : matches.find((name) => words(name).join(' ') === asked.join(' '))
}
