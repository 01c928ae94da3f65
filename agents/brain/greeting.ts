import { clip } from './clean.ts'

export interface GreetingFacts {
  roomName: string
  /** Names of those who are there already, without the one who is greeted. */
  people: readonly string[]
  /** Has been in this room before. */
  returning: boolean
  /** Open action items of the one who is greeted, newest last. */
  openItems: readonly string[]
  /** Who is greeted. */
  name: string
}

/** A short welcome that says where one is, who is there, and what is open. */
export function greeting({ roomName, people, returning, openItems, name }: GreetingFacts): string {
  const lines = [
    returning ? `Welcome back to ${roomName}, ${name}.` : `Welcome to ${roomName}, ${name}.`,
  ]
  const others = people.filter((person) => person !== name)
  if (others.length === 1) lines.push(`${others[0]} is here.`)
  else if (others.length > 1) lines.push(`Here: ${listed(others)}.`)
  else lines.push('You are the first one here.')
  if (openItems.length === 1) lines.push(`Open for you: ${clip(openItems[0] ?? '', 140)}.`)
  else if (openItems.length > 1)
    lines.push(
      `Open for you: ${openItems.length} items, the latest: ${clip(openItems.at(-1) ?? '', 140)}.`,
    )
  return lines.join(' ').replaceAll(/\.\.(?=\s|$)/g, '.')
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 4)
  const rest = names.length - shown.length
  if (rest > 0) return `${shown.join(', ')} and ${rest} more`
  return `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}
