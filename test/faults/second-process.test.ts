import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { runHub } from '../support/hub.ts'
import type { Person } from './person.ts'
import { type Scene, startScene } from './scene.ts'

let scene: Scene
let olga: Person
beforeAll(async () => {
  scene = await startScene({ room: 'only one', postgres: inject('postgres') })
  olga = await scene.enter('olga')
})
afterAll(() => scene?.end())

/** A second hub ends by itself with a message, and the first one's people notice nothing. */
async function secondHub(dataDir: string): Promise<string> {
  const connection = olga.connection
  const talk = scene.talk([olga], 30)
  const second = runHub({ databaseUrl: scene.databaseUrl, dataDir })
  const { code } = await second.exited
  await olga.reaches(olga.seq + 5)
  await talk.stop()
  expect(code).toBe(1)
  expect(olga.connection).toBe(connection)
  expect(connection?.isOpen).toBe(true)
  await scene.verify()
  return second.output()
}

test('a second hub on the same database refuses to start', { timeout: 60_000 }, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'auralink-second-'))
  const message = await secondHub(folder)
  expect(message).toMatch(/database/i)
  expect(message).toContain('Stop it')
  expect(message).not.toMatch(/\bat .*\.ts:\d+/)
  await rm(folder, { recursive: true })
})

test('a second hub on the same folder refuses to start', { timeout: 60_000 }, async () => {
  const message = await secondHub(scene.hub.dataDir)
  expect(message).toContain(`process ${scene.hub.pid}`)
  expect(message).toContain('DATA_DIR')
  expect(message).not.toMatch(/\bat .*\.ts:\d+/)
})
