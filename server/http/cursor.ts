import { z } from 'zod'
import { HubError } from '#protocol'

/** The last row of a page: the next page begins after it. */
const Position = z.object({ at: z.number().int(), id: z.string() })
export type Position = z.infer<typeof Position>

export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.at, position.id])).toString('base64url')
}

/** @throws HubError `invalid` for what no page gave out */
export function decodeCursor(cursor: string): Position {
  try {
    const [at, id]: unknown[] = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    return Position.parse({ at, id })
  } catch (cause) {
    throw new HubError('invalid', '`cursor` must be a `next_cursor` of an earlier page.', { cause })
  }
}

/**
 * A page from one row more than was asked for: that one tells whether there is a next page.
 *
 * @param rows - at most `limit + 1`
 */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  positionOf: (row: Row) => Position,
  toItem: (row: Row) => Item,
): { items: Item[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toItem),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  }
}
