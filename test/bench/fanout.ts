import { setTimeout as sleep } from 'node:timers/promises'
import { type Bench, more, ms, percentile, perSecond, type Row, ratio } from './bench.ts'
import { gather } from './crowd.ts'
import { agentsOff, bareTarget, hubTarget, type Target } from './target.ts'

/** One line to 1,000 readers, each a connection; all in this process, the server in another. */
export const name = 'fanout'

const READERS = 1_000
const SPEAKERS = 5
/** At a pace that leaves the server time: what a line takes. */
const PACED = { lines: 100, everyMs: 100 }
/** As fast as it goes: what the server can do. */
const FULL = { lines: 400, inFlight: 10 }

const TEXT = 'I would rather ship it on Tuesday, when the others are back from the workshop.'

interface Measured {
  p50: number
  p99: number
  perSecond: number
}

export async function run(bench: Bench): Promise<Row[]> {
  // bare, hub, bare, hub: what else the machine does falls on both
  const rounds: { ours: Measured; bare: Measured }[] = []
  for (let round = 1; round <= 2; round++) {
    const bare = await measure(await bareTarget())
    const ours = await measure(await hubTarget(bench), agentsOff)
    rounds.push({ ours, bare })
    bench.say(`round ${round}: p99 ${ms(ours.p99)} beside ${ms(bare.p99)}`)
  }
  const best = (who: 'ours' | 'bare', what: 'p50' | 'p99') =>
    Math.min(...rounds.map((round) => round[who][what]))
  const most = (who: 'ours' | 'bare') => Math.max(...rounds.map((round) => round[who].perSecond))
  const latency = (what: 'p50' | 'p99'): Row => ({
    what: `final to event at ${READERS.toLocaleString('en')} clients, ${what}`,
    ours: ms(best('ours', what)),
    baseline: ms(best('bare', what)),
    compared: more(best('ours', what), best('bare', what)),
  })
  return [
    latency('p50'),
    { ...latency('p99'), bound: '+5 ms' },
    {
      what: 'deliveries, as fast as it goes',
      ours: perSecond(most('ours')),
      baseline: perSecond(most('bare')),
      compared: ratio(most('ours'), most('bare')),
    },
  ]
}

async function measure(target: Target, prepare?: typeof agentsOff): Promise<Measured> {
  const room = 'fanout'
  const crowd = await gather(target, {
    ...{ room, speakers: SPEAKERS, readers: READERS },
    ...(prepare ? { prepare: (token) => prepare(target.url, token, room) } : {}),
  })
  const speaker = (line: number) => crowd.speakers[line % SPEAKERS]

  // warm
  for (let line = 0; line < 30; line++) await speaker(line)?.says(TEXT)
  await crowd.latencies()

  const acks: Promise<void>[] = []
  for (let line = 0; line < PACED.lines; line++) {
    acks.push(speaker(line)?.says(TEXT) ?? Promise.resolve())
    await sleep(PACED.everyMs)
  }
  await Promise.all(acks)
  const latencies = await crowd.latencies()

  const from = performance.now()
  let next = 0
  await Promise.all(
    Array.from({ length: FULL.inFlight }, async () => {
      while (next < FULL.lines) {
        next += 1
        await speaker(next)?.says(TEXT)
      }
    }),
  )
  const delivered = (await crowd.latencies()).length
  const seconds = (performance.now() - from) / 1000
  await crowd.leave()
  await target.stop()
  return {
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    perSecond: delivered / seconds,
  }
}
