import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { WireEvent } from '#protocol'
import { connectHub, type LiveRoom } from '#protocol/client'
import type { Sound } from '#rooms'
import { readWav } from '../../rooms/speech/synthesizers/wav.ts'
import { createDatabaseOn } from '../support/database-server.ts'
import type { TestHub } from '../support/hub.ts'
import { createGuests } from '../support/livekit-guest.ts'
import { startLiveKitHub } from '../support/livekit-hub.ts'
import { spoken } from '../support/spoken.ts'
import { type Bench, ms, percentile, type Row } from './bench.ts'

/** What people in a LiveKit room wait for, with the local transcriber and the local voice. */
export const name = 'livekit-talk'

type Guests = Awaited<ReturnType<typeof createGuests>>
type Guest = Awaited<ReturnType<Guests['join']>>

const LINES = [
  'The budget for the garden party is nine hundred dollars.',
  'I will book the tent by Friday.',
  'We decided to invite the neighbours from the blue house.',
  'The music begins at seven in the evening.',
  'The cake comes from the bakery at the corner.',
  'Somebody has to bring the lemonade.',
]
const ROUNDS = 3
const BARGE_INS = 5
const TALKING_ROOMS = 3
const TALK_SECONDS = 30
/** Below it, a sample is silence. */
const SILENT = 300

export async function run(bench: Bench): Promise<Row[]> {
  const database = await createDatabaseOn((await bench.postgres()).url)
  const { hub, livekit, stop } = await startLiveKitHub(database, { speech: true })
  const guests = await createGuests(livekit)
  try {
    const finals = await speechToFinal(hub, guests)
    bench.say(`finals: ${finals.map((took) => Math.round(took)).join(' ')}`)
    const silences = await bargeIns(hub, guests)
    bench.say(`silences: ${silences.map((took) => Math.round(took)).join(' ')}`)
    const cores = await coresOfARoom(hub, guests)
    return [
      row('speech end to final, p50', percentile(finals, 0.5)),
      row('speech end to final, p95', percentile(finals, 0.95)),
      { ...row('barge-in: decision to silence, p95', percentile(silences, 0.95)), bound: '150 ms' },
      { what: 'rooms a core, one speaker each', ours: (1 / cores).toFixed(1) },
    ]
  } finally {
    await guests.leave()
    await stop()
  }
}

const row = (what: string, took: number): Row => ({ what, ours: ms(took) })

const lines = () => Promise.all(LINES.map(async (line) => readWav(await spoken(line))))

async function speechToFinal(hub: TestHub, guests: Guests): Promise<number[]> {
  const sounds = (await lines()).map(trimmed)
  const { guest, watcher, leave } = await meet(hub, guests, 'finals')
  const took: number[] = []
  // the first loads the model
  for (const sound of [...sounds.slice(0, 1), ...Array(ROUNDS).fill(sounds).flat()]) {
    const final = next(watcher, (event) => event.type === 'transcript.final')
    await guest.says(sound)
    const endedAt = performance.now()
    await guest.says({ pcm: new Int16Array(sound.sampleRate * 2), sampleRate: sound.sampleRate })
    took.push((await final) - endedAt)
  }
  await leave()
  return took.slice(1)
}

/** From `talkback.stop` until the last of the agent's sound has come to somebody in the room. */
async function bargeIns(hub: TestHub, guests: Guests): Promise<number[]> {
  const { guest, watcher, leave } = await meet(hub, guests, 'interruptions')
  for (const line of LINES) await watcher.caption(line)
  const ears = guest.listens()
  const interruption = readWav(await spoken('Wait a moment, I have something else to say.'))
  const took: number[] = []
  for (let i = 0; i < BARGE_INS; i++) {
    await watcher.ask('What did we decide about the neighbours?')
    ears.forget()
    while (ears.loudest() < 1_000) await sleep(10)
    const stop = next(watcher, (event) => event.type === 'talkback.stop')
    const over = next(watcher, (event) => event.type === 'run.finished')
    void guest.says(interruption)
    const stoppedAt = await stop
    while (ears.silentMs() < 300) await sleep(5)
    // 0: it was silent before a client knew
    took.push(Math.max(0, performance.now() - ears.silentMs() - stoppedAt))
    await over
    await sleep(5_000)
  }
  await leave()
  return took
}

/** How much of a core the hub takes for a room in which one person talks all the time. */
async function coresOfARoom(hub: TestHub, guests: Guests): Promise<number> {
  const talk = joined(await lines())
  const rooms = await Promise.all(
    Array.from({ length: TALKING_ROOMS }, (_, i) => meet(hub, guests, `talk ${i}`)),
  )
  let talking = true
  const talks = rooms.map(async ({ guest }) => {
    while (talking) await guest.says(talk)
  })
  await sleep(5_000)
  const before = cpuSeconds(hub.pid)
  await sleep(TALK_SECONDS * 1_000)
  const used = cpuSeconds(hub.pid) - before
  talking = false
  await Promise.all(talks)
  await Promise.all(rooms.map(({ leave }) => leave()))
  return used / TALK_SECONDS / TALKING_ROOMS
}

/** Somebody with a microphone, and a watcher by the hub's socket who takes part. */
async function meet(hub: TestHub, guests: Guests, room: string) {
  const guest: Guest = await guests.join(room, 'ann')
  await guest.publishes(16_000)
  const client = connectHub({ url: hub.url, token: () => hub.token('local') })
  const watcher = await client.join(room)
  await watcher.when(({ participants }) => participants.length > 1, 30_000)
  return {
    guest,
    watcher,
    async leave() {
      client.close()
      await guest.leaves()
    },
  }
}

function next(room: LiveRoom, fits: (event: WireEvent) => boolean): Promise<number> {
  return new Promise((resolve) => {
    const stop = room.on('*', (event) => {
      if (!fits(event)) return
      stop()
      resolve(performance.now())
    })
  })
}

/** Without the silence at its end, so that the end of the sound is the end of speech. */
function trimmed({ pcm, sampleRate }: Sound): Sound {
  return { pcm: pcm.slice(0, pcm.findLastIndex((one) => Math.abs(one) > SILENT) + 1), sampleRate }
}

function joined(sounds: Sound[]): Sound {
  const pcm = Int16Array.from(sounds.flatMap(({ pcm: one }) => [...one]))
  return { pcm, sampleRate: sounds[0]?.sampleRate ?? 0 }
}

/** Of Linux. */
function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  const [user = 0, system = 0] = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .slice(11, 13)
  return (Number(user) + Number(system)) / 100
}
