/**
 * People come and go in LiveKit rooms and over sockets, and talk, for minutes; what the hub holds is looked at meanwhile.
 * Whatever is not given back shows as a slope.
 */
import { readdirSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { connectHub } from '#protocol/client'
import { readWav } from '../../rooms/speech/synthesizers/wav.ts'
import { residentBytes } from '../bench/target.ts'
import { createDatabaseOn } from '../support/database-server.ts'
import type { TestHub } from '../support/hub.ts'
import { createGuests } from '../support/livekit-guest.ts'
import { startLiveKitHub } from '../support/livekit-hub.ts'
import { type Random, seededRandom } from '../support/random.ts'
import { postJson, putJson, readLog } from '../support/rest.ts'
import { spoken } from '../support/spoken.ts'

/** What the hub holds. */
export interface Holding {
  /** Since the beginning. */
  minutes: number
  megabytes: number
  files: number
  handles: number
}

export interface SoakReport {
  samples: Holding[]
  visits: number
  /** Finals in the logs of all rooms. */
  heard: number
  /** Once everybody had gone. */
  after: Holding
}

const ROOMS = 5
/** People in LiveKit rooms at a time, and over sockets. */
const GUESTS = 4
const CALLERS = 2
const CALLS = ['calls 0', 'calls 1']
const SAMPLE_MS = 5_000
/** How long rooms take to close behind the last, ms. */
const CLOSING_MS = 25_000
const LINES = [
  'The budget for the garden party is nine hundred dollars.',
  'I will book the tent by Friday.',
  'Aura, what is the budget for the garden party?',
]

/** @param server the superuser's address of a Postgres */
export async function soak(
  server: string,
  minutes: number,
  say: (sample: Holding) => void = () => {},
): Promise<SoakReport> {
  const random = seededRandom()
  const sounds = await Promise.all(LINES.map(async (line) => readWav(await spoken(line))))
  const database = await createDatabaseOn(server)
  const { hub, livekit, stop } = await startLiveKitHub(database, { speech: true })
  await withoutModeration(hub)
  const guests = await createGuests(livekit)
  const startedAt = performance.now()
  const elapsed = () => (performance.now() - startedAt) / 60_000
  const samples: Holding[] = []
  let visits = 0

  try {
    const visitors = [
      ...Array.from({ length: GUESTS }, (_, i) => repeat(() => visit(`guest ${i}`))),
      ...Array.from({ length: CALLERS }, (_, i) => repeat(() => call(`caller ${i}`))),
    ]
    const sampling = repeat(async () => {
      await sleep(SAMPLE_MS)
      const sample = await holding(hub, elapsed())
      samples.push(sample)
      say(sample)
    })
    await Promise.all([...visitors, sampling])
    const heard = await finals()
    await guests.leave()
    await sleep(CLOSING_MS)
    return { samples, visits, heard, after: await holding(hub, elapsed()) }
  } finally {
    await guests.leave()
    await stop()
  }

  async function finals(): Promise<number> {
    const token = await hub.token('local')
    const names = Array.from({ length: ROOMS }, (_, i) => `soak ${i}`)
    const logs = await Promise.all(names.map((name) => readLog(hub.url, token, name)))
    return logs.flat().filter(({ type }) => type === 'transcript.final').length
  }

  async function repeat(run: () => Promise<void>): Promise<void> {
    while (elapsed() < minutes) await run()
  }

  /** Comes into a LiveKit room, says something, perhaps again, and goes. */
  async function visit(identity: string): Promise<void> {
    visits++
    const guest = await guests.join(roomName(random), identity)
    try {
      const sound = random.pick(sounds)
      await guest.publishes(sound.sampleRate)
      await guest.says(sound)
      await sleep(random.between(500, 6_000))
    } finally {
      await guest.leaves()
    }
  }

  /** The same over a socket. */
  async function call(userId: string): Promise<void> {
    visits++
    const room = random.pick(CALLS)
    const token = () => hub.token(userId, { rooms: { [room]: ['join'] } })
    const client = connectHub({ url: hub.url, token })
    try {
      const joined = await client.join(room)
      const { pcm, sampleRate } = random.pick(sounds)
      const microphone = await joined.openMicrophone({ sampleRate })
      const piece = sampleRate / 10
      for (let at = 0; at < pcm.length; at += piece) {
        microphone.write(pcm.slice(at, at + piece))
        await sleep(100)
      }
      await sleep(random.between(500, 4_000))
      await microphone.close()
    } finally {
      client.close()
    }
  }
}

/** By how much a figure grows in a minute, by least squares, after the first third, in which caches fill. */
export function slope(samples: Holding[], of: (sample: Holding) => number): number {
  const later = samples.slice(Math.floor(samples.length / 3))
  const mean = (values: number[]) => values.reduce((sum, one) => sum + one, 0) / values.length
  const x = mean(later.map(({ minutes }) => minutes))
  const y = mean(later.map(of))
  const covariance = mean(later.map((one) => (one.minutes - x) * (of(one) - y)))
  return covariance / mean(later.map((one) => (one.minutes - x) ** 2))
}

/** Who says the same three lines for minutes would be muted. */
async function withoutModeration(hub: TestHub): Promise<void> {
  const off = { moderation: { enabled: false } }
  const admin = await hub.token('root', { role: 'admin' })
  await postJson(hub.url, admin, '/arrival-rules', { pattern: '*', agents: off })
  const owner = await hub.token('local')
  for (const name of CALLS) {
    await postJson(hub.url, owner, '/rooms', { name })
    await putJson(hub.url, owner, `/rooms/${encodeURIComponent(name)}/agents/moderation`, {
      enabled: false,
    })
  }
}

const roomName = (random: Random) => `soak ${random.between(0, ROOMS - 1)}`

async function holding(hub: TestHub, minutes: number): Promise<Holding> {
  const metrics = await (await fetch(`${hub.url}/metrics`)).text()
  return {
    minutes,
    megabytes: residentBytes(hub.pid) / 2 ** 20,
    files: readdirSync(`/proc/${hub.pid}/fd`).length,
    handles: Number(/^nodejs_active_handles_total (\d+)/m.exec(metrics)?.[1]),
  }
}
