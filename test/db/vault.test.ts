import { expect, test } from 'vitest'
import { useDatabase } from '../support/postgres.ts'

const database = useDatabase()
const place = { table: 'user_mcp_connections', column: 'credentials', row: 'conn_1', userId: 'ann' }
const ann = { userId: 'ann', role: 'user' } as const

test('what is sealed opens', async () => {
  const { db } = database
  const sealed = await db.withUser(ann, (tx) => db.vault.seal(tx, place, 'the token'))
  const secret = await db.withSystem('test', (tx) => db.vault.open(tx, place, sealed))
  expect(secret.reveal()).toBe('the token')
})
