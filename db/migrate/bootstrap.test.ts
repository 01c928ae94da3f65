import { expect, test } from 'vitest'
import type { Connection } from '../connection/connection.ts'
import { bootstrap } from './bootstrap.ts'

const server = { login: 'ann', database: 'd', encoding: 'UTF8', version: 150_000, superuser: true }

/** Answers the first question, what it is; asked anything more, it is not refused. */
function answering(answer: typeof server): Connection {
  let asked = 0
  const run = async () => {
    if (asked++ > 0) throw new Error('was taken')
    return [answer]
  }
  return { run } as unknown as Connection
}

test.each([
  [{ ...server, version: 140_012 }, /a Postgres 14; the hub needs Postgres 15 or newer/],
  [{ ...server, encoding: 'LATIN1' }, /"d" of DATABASE_URL has the encoding LATIN1/],
  [server, /was taken/],
])('%o', async (answer, message) => {
  await expect(bootstrap(answering(answer))).rejects.toThrow(message)
})
