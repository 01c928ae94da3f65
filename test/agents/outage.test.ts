import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { Database } from '#db'
import { createSkippingClock } from '../support/clock.ts'
import { startDebianPostgres, type TestServer } from '../support/database-server.ts'
import { openAt } from '../support/postgres.ts'
import { enter, MEETING, startNode, type TestNode } from './node.ts'

const clock = createSkippingClock()
let server: TestServer
let db: Database
let node: TestNode

beforeAll(async () => {
  server = await startDebianPostgres()
  db = await openAt(server.url)
})
afterAll(async () => {
  await db.close()
  await server.stop()
})
beforeEach(async () => {
  node = await startNode(db, { clock })
})
afterEach(() => node.stop())

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

it('a review while Postgres is away is refused, and the case waits on; so does its end', async () => {
  const bob = await enter(node, 'waiting', 'bob', ['moderate'])
  const mallory = await enter(node, 'waiting', 'mallory')
  const settings = { waits: ['warn' as const, 'mute' as const], expires_after_minutes: 5 }
  await node.agents.configure(bob.room, bob.principal, 'moderation', { settings })
  const waiting = (nth: number) =>
    node.until(() => node.all('moderation.flagged')[nth - 1]?.data.case, `case ${nth}`, 20_000)
  await mallory.says('Shut up, you fucking idiot.')
  const first = await waiting(1)
  clock.skip(6_000)
  await mallory.says('You are a stupid moron, everybody hates you.')
  const second = await waiting(2)

  await server.down('SIGKILL')
  const review = (decision: 'approve' | 'reject') =>
    node.agents.review(bob.room, bob.principal, { case: first, decision })
  await expect(review('approve')).rejects.toMatchObject({
    code: 'degraded',
    message: expect.stringContaining('nothing was decided'),
  })
  expect(bob.room.openCases().map((one) => one.case)).toEqual([first, second])
  clock.skip(5 * 60_000)
  await server.up()
  // its time was over while nobody could write it down
  await node.event('moderation.reviewed', (e) => e.data.case === second, 30_000)
  const decided = await node.event('moderation.reviewed', (e) => e.data.case === first, 30_000)
  expect(decided.data).toMatchObject({ decision: 'reject', note: 'expired' })
  await expect.poll(() => bob.room.openCases(), { timeout: 10_000 }).toEqual([])
  expect(node.all('moderation.acted')).toEqual([])
}, 90_000)
