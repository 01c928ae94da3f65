import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { WireEvent } from '#protocol'
import { startDebianPostgres, type TestServer } from '../support/database-server.ts'
import type { Person } from './person.ts'
import { type Scene, startScene } from './scene.ts'

let server: TestServer
let scene: Scene
let ana: Person
let watcher: Person

beforeAll(async () => {
  server = await startDebianPostgres()
  scene = await startScene({ room: 'outage', postgres: server.url })
  ana = await scene.enter('olga')
  watcher = await scene.enter('wei', 'watch')
})
afterAll(async () => {
  await scene?.end()
  await server?.stop()
})

/** Postgres is away for a while in mid-meeting; what is said meanwhile is shown, and kept when it is back. */
async function outage(signal: 'SIGINT' | 'SIGKILL') {
  const before = watcher.events.length
  const fresh = () => watcher.events.slice(before)
  const ben = scene.people.find((person) => person !== ana && person !== watcher)
  const talk = scene.talk(ben ? [ana, ben] : [ana], 30)
  await watcher.reaches(watcher.seq + 10)
  const down = server.down(signal)
  await watcher.until(
    newer(before, (event) => event.type === 'room.degraded'),
    'room.degraded',
  )
  await down
  // what was acked before may still be on its way
  let acked = -1
  for (let waits = 0; waits < 10 && acked !== scene.checker.counts().acked; waits++) {
    acked = scene.checker.counts().acked
    await sleep(500)
  }
  // what is acked from here on would be acked without Postgres
  await sleep(scene.random.between(1_000, 2_500))
  expect(scene.checker.counts().acked).toBe(acked)
  const pending = fresh().flatMap((event) => ('pending' in event ? [event.id] : []))
  expect(pending.length).toBeGreaterThan(0)
  const ready = await fetch(`${scene.hub.url}/readyz`)
  expect(ready.status).toBe(503)
  const lines = talk.lines
  const from = performance.now()
  await server.up()
  await watcher.until(
    newer(before, (event) => event.type === 'room.recovered'),
    'room.recovered',
  )
  console.log(
    `${pending.length} pending; recovered after ${Math.round(performance.now() - from)} ms`,
  )
  await watcher.reaches(watcher.seq + 10)
  await talk.stop()
  expect(talk.lines).toBeGreaterThan(lines)
  await watcher.reaches(ana.seq)
  const kept = new Map(
    fresh().flatMap((event) => ('seq' in event && 'id' in event ? [[event.id, event.seq]] : [])),
  )
  for (const id of pending) expect(kept.get(id)).toBeGreaterThan(0)
  await scene.verify()
}

function newer(count: number, fits: (event: WireEvent) => boolean) {
  let seen = 0
  return (event: WireEvent) => {
    seen += 1
    return seen > count && fits(event)
  }
}

test('Postgres is shut down and started again in mid-meeting', { timeout: 90_000 }, async () => {
  await outage('SIGINT')
})

test('Postgres is killed with finals in the air, three times', { timeout: 180_000 }, async () => {
  await scene.enter('ben')
  for (let time = 1; time <= 3; time++) await outage('SIGKILL')
  const { open, refused } = scene.checker.counts()
  expect({ open, refused }).toEqual({ open: 0, refused: 0 })
})
