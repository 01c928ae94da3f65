import { setTimeout as sleep } from 'node:timers/promises'
import type { Bench, Row } from './bench.ts'
import { ratio } from './bench.ts'
import { gather } from './crowd.ts'
import { agentsOff, bareTarget, hubTarget, residentBytes, type Target } from './target.ts'

/** What 1,000 connections that have joined a room add to the server's memory. */
export const name = 'memory'

const CONNECTIONS = 1_000
/** Until what was only needed for connecting is collected, ms. */
const SETTLE = 5_000

export async function run(bench: Bench): Promise<Row[]> {
  const bare = await measure(await bareTarget())
  const ours = await measure(await hubTarget(bench), agentsOff)
  const kb = (bytes: number) => `${(bytes / 1024).toFixed(1)} KB`
  const mb = (bytes: number) => `${Math.round(bytes / 2 ** 20)} MB`
  return [
    {
      what: 'per connection, joined and idle',
      ours: kb(ours.each),
      baseline: kb(bare.each),
      compared: ratio(ours.each, bare.each),
    },
    {
      what: 'the whole process before them',
      ours: mb(ours.before),
      baseline: mb(bare.before),
      compared: ratio(ours.before, bare.before),
    },
  ]
}

async function measure(target: Target, prepare?: typeof agentsOff) {
  const crowd = (room: string, readers: number) =>
    gather(target, {
      ...{ room, readers, speakers: 1 },
      ...(prepare ? { prepare: (token) => prepare(target.url, token, room) } : {}),
    })
  // code and buffers that the first ones need
  const first = await crowd('first', 100)
  await first.leave()
  await sleep(SETTLE)
  const before = residentBytes(target.pid)
  const all = await crowd('all', CONNECTIONS)
  await sleep(SETTLE)
  const each = (residentBytes(target.pid) - before) / CONNECTIONS
  await all.leave()
  await target.stop()
  return { before, each }
}
