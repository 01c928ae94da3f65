import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, more, ms, percentile, type Row } from './bench.ts'
import { corpus, turns } from './corpus.ts'
import { type Crowd, gather } from './crowd.ts'
import { agentsOff, bareTarget, hubTarget, type Target } from './target.ts'

/** What agents cost the people they listen to: 20 rooms at once, agents on and off. */
export const name = 'rooms'

const ROOMS = 20
const SPEAKERS = 3
const READERS = 5
/** Each room hears a line so often, ms: a lively meeting at about ten times its speed. */
const EVERY = 250
const SECONDS = 20

interface Measured {
  p50: number
  p99: number
}

export async function run(bench: Bench): Promise<Row[]> {
  const bare = await measure(bench, await bareTarget())
  const off = await measure(bench, await hubTarget(bench), agentsOff)
  bench.say(`bare Socket.IO ${ms(bare.p99)}, agents off ${ms(off.p99)} (p99)`)
  const on = await measure(bench, await hubTarget(bench))
  const row = (what: string, a: number, b: number, bound?: string): Row => ({
    what,
    ours: ms(a),
    baseline: ms(b),
    compared: more(a, b),
    ...(bound === undefined ? {} : { bound }),
  })
  return [
    row('final to event, agents off beside bare Socket.IO, p50', off.p50, bare.p50),
    row('final to event, agents off beside bare Socket.IO, p99', off.p99, bare.p99, '+5 ms'),
    row('final to event, all agents on beside off, p50', on.p50, off.p50),
    row('final to event, all agents on beside off, p99', on.p99, off.p99, '+40 ms'),
  ]
}

async function measure(
  bench: Bench,
  target: Target,
  prepare?: typeof agentsOff,
): Promise<Measured> {
  const crowds: Crowd[] = []
  for (let r = 0; r < ROOMS; r++) {
    const room = `room ${r}`
    crowds.push(
      await gather(target, {
        ...{ room, speakers: SPEAKERS, readers: READERS },
        ...(prepare ? { prepare: (token) => prepare(target.url, token, room) } : {}),
      }),
    )
  }
  const talk = async (seconds: number) => {
    const lines = Math.round((seconds * 1000) / EVERY)
    const all = await Promise.all(
      crowds.map(async (crowd, r) => {
        const { meetings } = corpus()
        const said = turns(meetings.slice(r % meetings.length))
        const acks: Promise<void>[] = []
        await sleep((r * EVERY) / ROOMS)
        for (let line = 0; line < lines; line++) {
          const text = said.next().value?.text ?? ''
          acks.push(crowd.speakers[line % SPEAKERS]?.says(text) ?? Promise.resolve())
          await sleep(EVERY)
        }
        await Promise.all(acks)
        return crowd.latencies()
      }),
    )
    return all.flat()
  }
  await talk(3)
  const latencies = await talk(SECONDS)
  const refused = crowds.reduce((sum, crowd) => sum + crowd.refused, 0)
  if (refused > 0) bench.say(`${refused} lines were refused`)
  for (const crowd of crowds) await crowd.leave()
  await target.stop()
  return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
}
