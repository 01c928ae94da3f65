import { once } from 'node:events'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { ParticipantInfo_State } from '@livekit/protocol'
import { RoomServiceClient } from 'livekit-server-sdk'
import { createDatabaseOn } from '../support/database-server.ts'
import { type LiveKitServer, startLiveKit } from '../support/livekit.ts'
import { startLiveKitHub } from '../support/livekit-hub.ts'
import { startPeerAgent } from '../support/peer-agent.ts'
import { type Bench, ms, type Row, ratio } from './bench.ts'

/** What an agent in a LiveKit room costs: how long until it is there, and its memory. Beside LiveKit Agents. */
export const name = 'livekit-rooms'

const AT_ONCE = [1, 8, 20]
const LONGEST_MS = 180_000
const SETTLE_MS = 5_000

interface Measured {
  /** Until the last of so many rooms had its agent, ms. */
  joined: Map<number, number>
  /** Of each idle room at the end, bytes. */
  each: number
}

export async function run(bench: Bench): Promise<Row[]> {
  const ours = await withHub(bench)
  const peer = await withPeer()
  const mb = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MB`
  const at = ({ joined }: Measured, rooms: number) => joined.get(rooms) ?? Number.NaN
  return [
    ...AT_ONCE.map((rooms) => ({
      what: `${rooms} rooms made at once, until the agent is in the last`,
      ours: ms(at(ours, rooms)),
      baseline: ms(at(peer, rooms)),
      compared: ratio(at(ours, rooms), at(peer, rooms)),
    })),
    {
      what: 'memory of each joined idle room',
      ours: mb(ours.each),
      baseline: mb(peer.each),
      compared: ratio(ours.each, peer.each),
      bound: '< 8 MB',
    },
  ]
}

async function withHub(bench: Bench): Promise<Measured> {
  const database = await createDatabaseOn((await bench.postgres()).url)
  const { hub, livekit, stop } = await startLiveKitHub(database)
  try {
    return await measure(bench, livekit, hub.pid)
  } finally {
    await stop()
  }
}

async function withPeer(): Promise<Measured> {
  const livekit = await startLiveKit()
  const peer = await startPeerAgent(livekit)
  const lines: string[] = []
  try {
    return await measure({ say: (line) => lines.push(line) }, livekit, peer.pid ?? 0)
  } finally {
    const exit = once(peer, 'exit')
    for (const pid of tree(peer.pid ?? 0).reverse()) kill(pid)
    await exit
    await livekit.stop()
  }
}

async function measure(
  { say }: Pick<Bench, 'say'>,
  { url, apiKey, apiSecret }: LiveKitServer,
  pid: number,
): Promise<Measured> {
  const api = new RoomServiceClient(url.replace(/^ws/, 'http'), apiKey, apiSecret)
  const joined = new Map<number, number>()
  // code that the first one needs
  await open(1, 'first')
  await sleep(SETTLE_MS)
  const before = memory(pid)
  for (const rooms of AT_ONCE) {
    const took = await open(rooms, `of ${rooms}`)
    joined.set(rooms, took)
    say(`${rooms} rooms: ${ms(took)}`)
  }
  await sleep(SETTLE_MS)
  const all = AT_ONCE.reduce((sum, rooms) => sum + rooms, 0)
  return { joined, each: (memory(pid) - before) / all }

  async function open(count: number, prefix: string): Promise<number> {
    const names = Array.from({ length: count }, (_, i) => `${prefix} ${i}`)
    const startedAt = performance.now()
    await Promise.all(names.map((room) => api.createRoom({ name: room, emptyTimeout: 600 })))
    const missing = new Set(names)
    while (missing.size > 0) {
      if (performance.now() - startedAt > LONGEST_MS)
        throw new Error(`${missing.size} of ${count} rooms were left without an agent`)
      for (const room of missing) {
        const there = await api.listParticipants(room)
        if (there.some(({ state }) => state === ParticipantInfo_State.ACTIVE)) missing.delete(room)
      }
      await sleep(20)
    }
    return performance.now() - startedAt
  }
}

/** A process and its children, parents first. Of Linux. */
function tree(pid: number): number[] {
  const children = readdirSync('/proc').flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return []
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8')
      return Number(stat.slice(stat.lastIndexOf(')') + 4).split(' ')[0]) === pid
        ? [Number(entry)]
        : []
    } catch {
      return []
    }
  })
  return [pid, ...children.flatMap(tree)]
}

/** Memory of a process and its children, what they share counted once, bytes. Of Linux. */
function memory(pid: number): number {
  return tree(pid).reduce((sum, one) => {
    const rollup = readFileSync(`/proc/${one}/smaps_rollup`, 'utf8')
    return sum + Number(/^Pss:\s+(\d+) kB/m.exec(rollup)?.[1] ?? 0) * 1024
  }, 0)
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // it has ended by itself
  }
}
