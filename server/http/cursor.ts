import { z } from 'zod'
import { HubError, type Page } from '#protocol'

/** The last row of a page: the next page begins after it. */
export interface Position {
  at: number
  id: string
}

const At = z.number().int().min(0)

export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.at, position.id])).toString('base64url')
}

/**
 * Where a page begins; undefined for the first.
 *
 * @param id - what ids of that list look like
 * @throws HubError `invalid` for what no page gave out
 */
export function decodeCursor(
  cursor: string | undefined,
  id: z.ZodType<string>,
): Position | undefined {
  if (cursor === undefined) return undefined
  try {
    const position: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
    const [at, last] = z.tuple([At, id]).parse(position)
    return { at, id: last }
  } catch (cause) {
    throw new HubError('invalid', '`cursor` must be a `next_cursor` of an earlier page.', { cause })
  }
}

/**
 * A page of what is not in the database but live, by id: the order is the same on every page, whoever
 * comes and goes meanwhile.
 *
 * @param id - what ids of that list look like
 */
export function pageOfLive<Item>(
  items: readonly Item[],
  { cursor, limit }: { cursor?: string | undefined; limit: number },
  id: z.ZodType<string>,
  idOf: (item: Item) => string,
): Page<Item> {
  const after = decodeCursor(cursor, id)?.id ?? ''
  const rest = items
    .filter((item) => idOf(item) > after)
    .sort((a, b) => (idOf(a) < idOf(b) ? -1 : 1))
    .slice(0, limit + 1)
  return toPage(
    rest,
    limit,
    (item) => ({ at: 0, id: idOf(item) }),
    (item) => item,
  )
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
): Page<Item> {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return {
    items: shown.map(toItem),
    next_cursor: rows.length > limit && last !== undefined ? encodeCursor(positionOf(last)) : null,
  }
}
