import { setTimeout as sleep } from 'node:timers/promises'
import { expect, inject, test } from 'vitest'
import type { WireEvent } from '#protocol'
import { agentFaults } from './agents-log.ts'
import { isEvent } from './person.ts'
import { startScene } from './scene.ts'

const KILLS = 20

const summaryOver = (seq: number) => (event: WireEvent) =>
  isEvent(event, 'summary.updated') && event.data.upto > seq

test(`the hub is killed ${KILLS} times in mid-meeting`, { timeout: 300_000 }, async () => {
  const scene = await startScene({ room: 'Q3 / planning 🌱', postgres: inject('postgres') })
  const { random, room } = scene
  const olga = await scene.enter('olga')
  await olga.until((event) => isEvent(event, 'talkback.said'), 'the greeting')
  const speakers = [await scene.enter('ana'), await scene.enter('ben'), await scene.enter('cho')]
  const watcher = await scene.enter('wei', 'watch')
  const talk = scene.talk(speakers, 60)
  const downtimes: number[] = []
  const runs: string[] = []

  for (let kill = 1; kill <= KILLS; kill++) {
    await sleep(random.between(100, 900))
    // some die with a question in their hands
    const question = `What about the budget, number ${kill}?`
    const asked =
      random.between(0, 2) === 0 ? olga.does('agent.ask', { room, question }) : undefined
    await sleep(random.between(0, 40))
    const head = watcher.seq
    downtimes.push((await scene.restart('SIGKILL')).downMs)
    if (asked) runs.push((await asked).run)
    await watcher.until(summaryOver(head), `a summary after kill ${kill}`, 30_000)
  }
  await talk.stop()
  for (const run of runs)
    await olga.until(
      (event) => isEvent(event, 'run.finished') && event.data.run === run,
      `the end of run ${run}`,
    )
  // the last lines come into a summary too
  const { seq } = watcher
  await watcher.until(summaryOver(lastLine(watcher.events)), `a summary over ${seq}`, 30_000)
  await scene.hub.stop()
  await scene.restart('SIGTERM')

  const log = await scene.verify()
  const { acked, refused, open } = scene.checker.counts()
  const [worst, mean] = [Math.max(...downtimes), downtimes.reduce((a, b) => a + b, 0) / KILLS]
  console.log(
    `${acked} lines acked, ${log.length} events, ${runs.length} questions; from start of the ` +
      `process to ready: ${Math.round(mean)} ms on average, ${Math.round(worst)} ms at most`,
  )
  expect({ refused, open }).toEqual({ refused: 0, open: 0 })
  expect(acked).toBeGreaterThan(KILLS * 5)
  expect(agentFaults(log)).toEqual([])
  const answered = log.flatMap((event) =>
    event.type === 'talkback.said' && event.data && 'run' in event.data ? [event.data.run] : [],
  )
  for (const run of runs) expect(answered).toContain(run)
  await scene.end()
})

function lastLine(events: readonly WireEvent[]): number {
  return (
    events.reduce((seq, event) => (isEvent(event, 'transcript.final') ? event.seq : seq), 0) - 1
  )
}
