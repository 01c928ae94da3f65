import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import type { Person } from './person.ts'
import { type Scene, startScene } from './scene.ts'

/** Far more than all buffers between the hub and a reader hold. */
const FLOOD_MB = 24
const LINE = 'so much to say, and so little time. '.repeat(420)

let scene: Scene
let speakers: Person[]
beforeAll(async () => {
  scene = await startScene({ room: 'stalled', postgres: inject('postgres') })
  speakers = [await scene.enter('olga')]
  for (const name of ['ana', 'ben', 'cho', 'dan']) speakers.push(await scene.enter(name))
  // so much text is no meeting: this is about sockets
  for (const workflow of ['auto_join', 'summarization', 'moderation', 'qa'] as const)
    await scene.setAgent(workflow, { enabled: false })
})
afterAll(() => scene?.end())

test('readers that stop reading cost only themselves', { timeout: 120_000 }, async () => {
  const watcher = await scene.enter('wei', 'watch')
  const stalled = [await scene.enter('sam', 'watch'), await scene.enter('sue', 'watch')]
  const usual = await flood('all read')
  const others = [watcher, ...speakers].map(({ connection }) => connection)
  const connections = stalled.flatMap(({ connection }) => (connection ? [connection] : []))
  for (const connection of connections) connection.pause()
  const { seq } = watcher

  const withStalled = await flood('some do not read')
  await watcher.reaches(speakers[0]?.seq ?? 0)
  // the room keeps its newest events, and its agents what was said: that grows in any case
  console.log(
    `${FLOOD_MB} MB said: memory +${usual} MB while all read, +${withStalled} MB while not`,
  )

  expect(await closedAsSlow()).toBe(stalled.length)
  expect([watcher, ...speakers].map(({ connection }) => connection)).toEqual(others)
  expect(others.every((connection) => connection?.isOpen)).toBe(true)

  for (const connection of connections) connection.unpause()
  const gotMb = await Promise.all(
    stalled.map(async (reader, i) => {
      expect([4008, 1006]).toContain((await connections[i]?.closed)?.code)
      return ((reader.seq - seq) * LINE.length) / 2 ** 20
    }),
  )
  // they got what was in the network's buffers: the hub has let go of what waited for them
  for (const mb of gotMb) expect(mb).toBeLessThan(FLOOD_MB / 2)
  // they come back by themselves, and page what they missed
  await scene.verify()
  for (const reader of stalled) expect(reader.seq).toBe(watcher.seq)
})

/** Returns how much more memory the hub had meanwhile, MB. */
async function flood(when: string): Promise<number> {
  const before = residentMb()
  const lines = Math.ceil((FLOOD_MB * 2 ** 20) / LINE.length)
  let most = before
  const sampling = setInterval(() => {
    most = Math.max(most, residentMb())
  }, 100)
  await Promise.all(
    speakers.map(async (speaker, s) => {
      for (let i = s; i < lines; i += speakers.length) await speaker.says(`${LINE}(${i}, ${when})`)
    }),
  )
  clearInterval(sampling)
  return most - before
}

test('1,000 missed events are resumed', { timeout: 60_000 }, async () => {
  const reader = await scene.enter('tom', 'watch')
  const { seq } = reader
  const comeBack = reader.goesAway()
  await Promise.all(
    speakers.map(async (speaker, s) => {
      for (let i = 0; i < 200; i++) await speaker.says(`missed ${s}-${i}`)
    }),
  )
  const from = performance.now()
  comeBack()
  await reader.reaches(seq + 1000)
  console.log(
    `resumed 1,000 events in ${Math.round(performance.now() - from)} ms, connecting included`,
  )
  await scene.verify()
})

function residentMb(): number {
  const status = readFileSync(`/proc/${scene.hub.pid}/status`, 'utf8')
  return Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1024)
}

/** How many connections the hub has closed with 4008, once it has. */
async function closedAsSlow(): Promise<number> {
  for (let attempt = 0; ; attempt++) {
    const text = await (await fetch(`${scene.hub.url}/metrics`)).text()
    const found = /^hub_closed_total\{code="4008"\} (\d+)/m.exec(text)
    if (found?.[1] !== undefined || attempt === 50) return Number(found?.[1] ?? 0)
    await sleep(100)
  }
}
