import type { ConsentView } from '#protocol'

/** How one person of a room stands: told when, and what they chose since. */
export interface Standing {
  user: string
  told?: number
  /** Their last choice; most people never make one. */
  choice?: { kind: 'opted_out' | 'opted_in'; at: number }
}

/** Each person once, who came last first. */
export function standingsOf(consents: readonly ConsentView[]): Standing[] {
  const found = new Map<string, Standing>()
  for (const { user, kind, at } of [...consents].sort((a, b) => a.at - b.at)) {
    const one = found.get(user) ?? { user }
    // who speaks of themselves last comes first
    found.delete(user)
    found.set(user, kind === 'told' ? { ...one, told: at } : { ...one, choice: { kind, at } })
  }
  return [...found.values()].reverse()
}
