/** Where something sealed is kept, and whose it is. Sealed text that is moved elsewhere does not open there. */
export interface Place {
  table: string
  column: string
  /** The row's id. */
  row: string
  userId: string
}

/** What the cipher binds sealed text to. Parts are escaped, so that no two places give the same. */
export function bindingOf({ table, column, row, userId }: Place, kid: string): Buffer {
  const parts = ['v1', table, column, row, userId, kid]
  const escaped = parts.map((part) => part.replaceAll('%', '%25').replaceAll('|', '%7C'))
  return Buffer.from(escaped.join('|'))
}
