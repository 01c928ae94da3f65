import { setTimeout as sleep } from 'node:timers/promises'
import type { RoomEvent, RoomEventOf, WireEvent } from '#protocol'
import { type Meeting, speakingTime } from '../../protocol/client/meeting.ts'
import { loadMeetings } from '../support/meetings.ts'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import { readLog } from '../support/rest.ts'
import { type Bench, more, ms, percentile, type Row } from './bench.ts'
import { bareTarget, hubTarget, type Target } from './target.ts'

/** 35 meetings at once, twenty times as fast as people speak, with all agents and the meetings' questions. */
export const name = 'meetings'

const MEETINGS = 35
const SPEED = 20
/** First turns of each: at most two minutes. */
const TURNS = 120
/** The same without the hub, for its latency alone. */
const BASELINE_TURNS = 30
/** No turn takes longer than this, ms. */
const LONGEST = 1_000
/** How long answers may take after the last turn, ms. */
const PATIENCE = 20_000

type Played = Meeting & { id: string }

interface Result {
  turns: number
  /** Codes of refusals. */
  refused: string[]
  latencies: number[]
  /** At a reader who was there all the time. */
  complete: boolean
  /** In Postgres. */
  kept: boolean
  summaries: number
  asked: number
  answered: number
  /** Answers with citations, all of which are lines of this meeting. */
  cited: number
  lateComers: number
  caughtUp: number
}

export async function run(bench: Bench): Promise<Row[]> {
  const bare = await play(bench, await bareTarget(), loadMeetings(MEETINGS, BASELINE_TURNS), false)
  const hub = await play(bench, await hubTarget(bench), loadMeetings(MEETINGS, TURNS), true)
  const sum = (of: (result: Result) => number) => hub.reduce((all, result) => all + of(result), 0)
  const count = (of: (result: Result) => boolean) => `${hub.filter(of).length} of ${hub.length}`
  const latency = (share: number): Row => {
    const [a, b] = [hub, bare].map((results) =>
      percentile(
        results.flatMap(({ latencies }) => latencies),
        share,
      ),
    )
    if (a === undefined || b === undefined) throw new Error('nothing was measured')
    return {
      what: `final to event, p${share * 100}`,
      ours: ms(a),
      baseline: ms(b),
      compared: more(a, b),
    }
  }
  const refused = hub.flatMap((result) => result.refused)
  return [
    {
      what: 'turns acked',
      ours: `${sum((r) => r.turns)}${refused.length > 0 ? `, refused: ${refused.join(', ')}` : ''}`,
    },
    latency(0.5),
    latency(0.99),
    { what: 'complete and in order at a watcher', ours: count((result) => result.complete) },
    { what: 'complete and in order in Postgres', ours: count((result) => result.kept) },
    { what: 'summaries', ours: String(sum((result) => result.summaries)) },
    {
      what: 'questions answered',
      ours: `${sum((r) => r.answered)} of ${sum((r) => r.asked)}`,
    },
    {
      what: 'answers that cite lines of their meeting',
      ours: `${sum((r) => r.cited)} of ${sum((r) => r.answered)}`,
    },
    {
      what: 'late comers caught up in private',
      ours: `${sum((r) => r.caughtUp)} of ${sum((r) => r.lateComers)}`,
    },
  ]
}

async function play(bench: Bench, target: Target, meetings: Played[], isHub: boolean) {
  let playing = meetings.length
  const progress = setInterval(() => bench.say(`${playing} meetings are on`), 30_000)
  try {
    return await Promise.all(
      meetings.map(async (meeting) => {
        const result = await playOne(target, meeting, isHub)
        playing -= 1
        return result
      }),
    )
  } finally {
    clearInterval(progress)
    await target.stop()
  }
}

async function playOne(target: Target, meeting: Played, isHub: boolean): Promise<Result> {
  const room = meeting.id
  const clients: RawClient[] = []
  const sentAt = new Map<string, number>()
  const latencies: number[] = []
  const seen: RoomEvent[] = []
  const seqs: number[] = []
  const caughtUp = new Set<string>()
  const look = new Set<() => void>()

  async function enter(who: string, onEvent: (event: WireEvent) => void) {
    const rights = clients.length === 0 ? (['moderate'] as const) : (['join'] as const)
    const token = await target.token(who, { name: who, rooms: { [room]: [...rights] } })
    const client = await connectRaw({ url: target.url, token, onEvent, timeoutMs: 30_000 })
    clients.push(client)
    const as = who === 'watcher' ? 'watch' : 'participant'
    const ack = await client.emit('room.join', { room, as })
    if (!ack.ok) throw new Error(`${who} may not join ${room}: ${ack.error.message}`)
    return client
  }

  await enter('watcher', (event) => {
    if (!('seq' in event)) return
    seqs.push(event.seq)
    // what is for one person only is hidden from this one
    if (!('id' in event)) return
    seen.push(event)
    if (event.type === 'transcript.final') {
      const from = sentAt.get(event.data.segment)
      if (from !== undefined) latencies.push(performance.now() - from)
    }
    for (const check of [...look]) check()
  })
  const of = <T extends RoomEvent['type']>(type: T) =>
    seen.filter((event): event is RoomEventOf<T> => event.type === type)
  const until = (done: () => boolean) =>
    new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, PATIENCE)
      const check = () => {
        if (!done()) return
        clearTimeout(timer)
        look.delete(check)
        resolve()
      }
      look.add(check)
      check()
    })

  const speakers = new Map<string, RawClient>()
  const said: string[] = []
  const runs: Promise<string | undefined>[] = []
  const refused: string[] = []
  let lateComers = 0
  for (const [i, { speaker, text }] of meeting.turns.entries()) {
    if (text.trim() === '') continue
    const startedAt = performance.now()
    let client = speakers.get(speaker)
    if (!client) {
      // who comes when some minutes of talk are over is told what it was about
      if (i > 20) lateComers += 1
      client = await enter(speaker, (event) => {
        if (event.type === 'talkback.said' && 'to' in event && event.to === speaker && i > 20)
          caughtUp.add(speaker)
      })
      speakers.set(speaker, client)
    }
    await sleep(
      Math.max(0, Math.min(speakingTime(text) / SPEED, LONGEST) - (performance.now() - startedAt)),
    )
    const segment = `turn-${i}`
    sentAt.set(segment, performance.now())
    const ack = await client.emit('caption.push', { room, segment, text, final: true })
    if (ack.ok) said.push(text.trim())
    else refused.push(ack.error.code)
    for (const { after, by, question } of isHub ? meeting.asks : [])
      if (after === i) {
        const asker = speakers.get(by ?? speaker) ?? client
        runs.push(
          asker.emit('agent.ask', { room, question }).then((a) => (a.ok ? a.run : undefined)),
        )
      }
  }
  const asked = await Promise.all(runs)
  const finished = () => new Set(of('run.finished').map(({ data }) => data.run))
  await until(
    () =>
      of('transcript.final').length >= said.length &&
      asked.every((run) => run === undefined || finished().has(run)),
  )
  const log = isHub
    ? ((await readLog(target.url, await target.token('watcher'), room)) as RoomEvent[])
    : []
  for (const client of clients) client.cut()
  const answers = of('talkback.said').filter(({ data }) => asked.includes(data.run))
  const lines = new Set(of('transcript.final').map(({ seq }) => seq))
  const words = (events: readonly RoomEvent[]) =>
    events.flatMap((event) => (event.type === 'transcript.final' ? [event.data.text] : []))
  return {
    turns: said.length,
    refused,
    latencies,
    complete: same(words(seen), said) && seqs.every((seq, i) => seq === (seqs[0] ?? 0) + i),
    kept: same(words(log), said) && log.every(({ seq }, i) => seq === i + 1),
    summaries: of('summary.updated').length,
    asked: asked.length,
    answered: answers.length,
    cited: answers.filter(
      ({ data: { citations = [] } }) =>
        citations.length > 0 && citations.every((seq) => lines.has(seq)),
    ).length,
    lateComers,
    caughtUp: caughtUp.size,
  }
}

function same(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((text, i) => text === others[i])
}
