/** Muted or removed, from a case, until an end or until undone (`null`). */
export interface Restriction {
  id: string
  userId: string
  kind: 'muted' | 'removed'
  caseId: string
  /** Epoch ms. */
  until: number | null
  /** What held when this one came: it holds again when this one is taken back. */
  replaces?: Restriction
}

/** What is kept true about people in a room: at most one restriction of a kind for each person. */
export function createRestrictions(now: () => number, initial: Restriction[] = []) {
  const active = new Map<string, Restriction>()
  for (const restriction of initial) active.set(key(restriction), restriction)

  function find(kind: Restriction['kind'], userId: string): Restriction | undefined {
    const restriction = active.get(key({ kind, userId }))
    if (!restriction) return undefined
    if (restriction.until !== null && restriction.until <= now()) {
      active.delete(key(restriction))
      return undefined
    }
    return restriction
  }

  const all = (): Restriction[] =>
    [...active.values()].filter((r) => find(r.kind, r.userId) !== undefined)

  return {
    find,
    all,
    set: (restriction: Restriction) => active.set(key(restriction), restriction),
    lift: (restriction: Restriction) => {
      if (active.get(key(restriction))?.id === restriction.id) active.delete(key(restriction))
    },
    /** All that hold for a person now. */
    of: (userId: string): Restriction[] =>
      (['muted', 'removed'] as const).flatMap((kind) => find(kind, userId) ?? []),
    /** Those that came of a case and still hold. */
    ofCase: (caseId: string): Restriction[] => all().filter((r) => r.caseId === caseId),
  }
}

export type Restrictions = ReturnType<typeof createRestrictions>

function key({ kind, userId }: Pick<Restriction, 'kind' | 'userId'>): string {
  return `${kind} ${userId}`
}
