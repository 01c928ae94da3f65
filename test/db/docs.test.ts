import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '#db'
import { fillPage } from '../../db/docs/index.ts'
import { createTestDatabase, query, type TestDatabase } from '../support/postgres.ts'

const page = new URL('../../db/docs/schema.md', import.meta.url)
const file = fileURLToPath(page)

let database: TestDatabase
let db: Database

beforeAll(async () => {
  database = await createTestDatabase()
  db = await database.open()
})

afterAll(async () => {
  await db.close()
  await database.drop()
})

test('the page about the database says what the database is (`npm run docs` writes it)', async () => {
  const filled = await fillPage(readFileSync(file, 'utf8'), db)
  await expect(filled).toMatchFileSnapshot(file)
})

test('what is to be run after a backup was brought back gives every room a new epoch', async () => {
  const rooms = () => query(database.adminUrl, 'select name, epoch::int from rooms order by name')
  await query(
    database.adminUrl,
    `insert into rooms (name, owner_id, created_at, opened_at) values ('a', 'ana', 1, 1), ('b', 'ben', 1, 1)`,
  )
  const before = await rooms()
  const [script] = [...readFileSync(file, 'utf8').matchAll(/```sql\n(.*?)```/gs)]
  await query(database.url, script?.[1] ?? '')
  const epochs = (await rooms()).map(({ epoch }) => Number(epoch))
  expect(new Set(epochs).size).toBe(2)
  for (const { epoch } of before)
    for (const after of epochs) expect(after).toBeGreaterThan(Number(epoch) + 1_000_000)
})

test('links of the page lead to what is there', () => {
  const text = readFileSync(file, 'utf8')
  const anchors = [...text.matchAll(/^#+ (.+)$/gm)].map(
    ([, title = '']) =>
      `#${title
        .toLowerCase()
        .replace(/[^\w -]/g, '')
        .replaceAll(' ', '-')}`,
  )
  for (const [, link = ''] of text.matchAll(/\]\((?!https?:)([^)]+)\)/g)) {
    if (link.startsWith('#')) expect(anchors).toContain(link)
    else expect(() => readFileSync(new URL(link, page)), link).not.toThrow(/ENOENT/)
  }
})
