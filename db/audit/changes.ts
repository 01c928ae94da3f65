/** What in `after` is not as in `before`, for an entry's details: as it was, and as it is. */
export function changesBetween<T extends object>(
  before: T,
  after: T,
): { before: Partial<T>; after: Partial<T> } {
  const changed = (Object.keys(after) as (keyof T)[]).filter(
    (key) => JSON.stringify(before[key]) !== JSON.stringify(after[key]),
  )
  const only = (of: T) => Object.fromEntries(changed.map((key) => [key, of[key]])) as Partial<T>
  return { before: only(before), after: only(after) }
}
