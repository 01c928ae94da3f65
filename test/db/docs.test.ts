import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { fillPage } from '../../db/docs/index.ts'
import { useDatabase } from '../support/postgres.ts'

const database = useDatabase()
const file = fileURLToPath(new URL('../../db/docs/schema.md', import.meta.url))

test('the page about the database says what the database is (`npm run docs` writes it)', async () => {
  const filled = await fillPage(readFileSync(file, 'utf8'), database.db)
  await expect(filled).toMatchFileSnapshot(file)
})
