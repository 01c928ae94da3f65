import { expect, test } from 'vitest'
import { clientId } from '#protocol'
import { decodeCursor, encodeCursor, toPage } from './cursor.ts'

const rows = [3, 2, 1].map((at) => ({ at, id: `r${at}` }))
const pageOf = (list: typeof rows, limit: number) =>
  toPage(
    list,
    limit,
    (row) => row,
    (row) => row.id,
  )

test('a page that has another after it says where that begins', () => {
  const { items, next_cursor } = pageOf(rows, 2)
  expect(items).toEqual(['r3', 'r2'])
  expect(decodeCursor(next_cursor ?? '', clientId)).toEqual({ at: 2, id: 'r2' })
})

test('the last page has no cursor', () => {
  expect(pageOf(rows, 3).next_cursor).toBeNull()
  expect(pageOf([], 3)).toEqual({ items: [], next_cursor: null })
})

test.each([
  '',
  'nonsense',
  'WzFd',
  'bnVsbA',
  encodeCursor({ at: 1.5, id: 'a' }),
  encodeCursor({ at: -1, id: 'a' }),
  encodeCursor({ at: 2 ** 60, id: 'a' }),
  encodeCursor({ at: 1, id: '\u0000' }),
])('the cursor %j is refused', (cursor) => {
  expect(() => decodeCursor(cursor, clientId)).toThrow(expect.objectContaining({ code: 'invalid' }))
})
