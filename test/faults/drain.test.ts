import { expect, inject, test } from 'vitest'
import { startScene } from './scene.ts'

const TIMES = 3

test(`SIGTERM under load, ${TIMES} times`, { timeout: 120_000 }, async () => {
  const scene = await startScene({ room: 'drained', postgres: inject('postgres') })
  const names = ['olga', 'ana', 'ben', 'cho', 'dan', 'eve']
  for (const name of names) await scene.enter(name)
  const watcher = await scene.enter('wei', 'watch')
  const talk = scene.talk(scene.people.slice(0, names.length), 40)

  for (let time = 1; time <= TIMES; time++) {
    await watcher.reaches(watcher.seq + scene.random.between(30, 150))
    const told = watcher.events.filter((event) => event.type === 'server.draining').length
    const closed = scene.people.flatMap(({ connection }) => (connection ? [connection.closed] : []))
    const stopping = scene.restart('SIGTERM')
    const from = performance.now()
    const codes = (await Promise.all(closed)).map(({ code }) => code)
    await scene.hub.exited
    const drainMs = performance.now() - from
    const { code } = await stopping
    console.log(`drained in ${Math.round(drainMs)} ms, exit code ${code}`)
    expect(code).toBe(0)
    expect(drainMs).toBeLessThan(10_000)
    expect(codes).toEqual(codes.map(() => 4009))
    const draining = watcher.events.filter((event) => event.type === 'server.draining')
    expect(draining).toHaveLength(told + 1)
    await Promise.all(scene.people.map((person) => person.joined()))
  }
  await talk.stop()
  await scene.verify()
  expect(scene.checker.counts()).toMatchObject({ open: 0, refused: 0 })
  await scene.end()
})
