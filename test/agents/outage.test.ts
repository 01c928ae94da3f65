import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Database, openDatabase } from '#db'
import { startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { quiet } from '../support/postgres.ts'
import { enter, MEETING, startNode, type TestNode } from './node.ts'

let server: TestServer
let db: Database
let node: TestNode

beforeAll(async () => {
  server = await startDebianPostgres()
  db = await openDatabase({ url: server.url, dataDir: '/nonexistent', log: quiet })
  node = await startNode(db)
})
afterAll(async () => {
  await node.stop()
  await db.close()
  await server.stop()
})

it('goes on when Postgres is back: what was said meanwhile is judged, summed up and found', async () => {
  const bob = await enter(node, 'outage', 'bob', ['moderate'])
  const mallory = await enter(node, 'outage', 'mallory')
  for (const [, text] of MEETING) await bob.says(text)
  await node.event('summary.updated')

  await server.down('SIGKILL')
  const meanwhile = [
    bob.says('The mail server is replaced in June.'),
    mallory.says('Shut up, you fucking idiot.'),
  ]
  for (const promise of meanwhile) promise.catch(() => {})
  await node.until(() => node.allEphemeral('room.degraded').length > 0, 'the outage')
  await expect(bob.asks('What happens to the mail server?')).rejects.toMatchObject({
    code: 'degraded',
  })
  await server.up()
  const [june, insult] = await Promise.all(meanwhile)
  if (!june || !insult) throw new Error('what was said meanwhile was not taken')

  const flagged = await node.event('moderation.flagged', undefined, 20_000)
  expect(flagged.data).toMatchObject({ target: 'mallory', evidence: [insult.seq] })
  await node.event('moderation.acted')
  const summary = await node.event('summary.updated', (e) => e.data.upto >= (june.seq ?? 0), 20_000)
  expect(JSON.stringify(summary.data)).not.toContain('idiot')
  const { run } = await bob.asks('What happens to the mail server?')
  const said = await node.event('talkback.said', (e) => e.data.run === run, 20_000)
  expect(said.data.citations).toContain(june.seq)
  expect(node.all('moderation.acted')).toHaveLength(1)
}, 60_000)
