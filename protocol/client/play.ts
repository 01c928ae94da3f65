import { HubError } from '../errors.ts'
import type { WireEvent } from '../events.ts'
import type { Right } from '../principal.ts'
import { storable } from '../text.ts'
import { connectHub, type Hub } from './hub.ts'
import type { LiveRoom } from './live-room.ts'
import { beginnings, type Meeting, speakingTime } from './meeting.ts'

export interface PlayOptions {
  url: string
  room: string
  meeting: Meeting
  /** A token for one of the meeting's people, or for the host, who watches and moderates. */
  tokenFor: (person: PlayPerson) => string | Promise<string>
  /** Times faster than people speak. Default: 1. */
  speed?: number
  /** Plays only so many turns. Default: all. */
  maxTurns?: number
  /** The longest that a turn may take, ms of real time. Default: no limit. */
  maxTurnMs?: number
  /** Asked after the last turn, besides what the meeting itself asks. */
  questions?: string[]
  /** How long to wait at the end for answers and for the summary of the last turns, ms. Default: 15,000. */
  settleMs?: number
  signal?: AbortSignal
  /** Everything that the host sees, and what is for one speaker alone. */
  onEvent?: (event: WireEvent) => void
  onTurn?: (done: number, of: number) => void
}

export interface PlayPerson {
  id: string
  name: string
  rights: Right[]
}

/** What became of a turn. `seq` when acked, `refused` when not, neither when it had no words. */
interface PlayedTurn {
  speaker: string
  text: string
  seq?: number
  refused?: string
}

interface PlayedAnswer {
  question: string
  by: string
  /** Turns that hold the answer, as the meeting says; none when it was not said or is not known. */
  evidence: number[]
  text?: string
  citations: number[]
  /** The code, when asking failed or no answer came. */
  failed?: string
  tookMs: number
}

export interface PlayReport {
  turns: PlayedTurn[]
  sent: number
  acked: number
  /** Acked turns that the host saw. */
  seen: number
  /** Whether the host saw exactly the acked turns, in the order in which they were said. */
  inOrder: boolean
  answers: PlayedAnswer[]
  /** Versions of the summary that the host saw. */
  summaries: number
  /** Whether the last summary reaches to the last turn. */
  summarised: boolean
  tookMs: number
}

const HOST = 'host'

/** The user id of one who speaks in a played meeting. */
export function playedUser(name: string): string {
  return `replay:${name}`
}

/** Plays a meeting into a live room, one connection a speaker, at the speed of speech. */
export async function playMeeting(options: PlayOptions): Promise<PlayReport> {
  const { meeting, signal, speed = 1, maxTurnMs = Number.POSITIVE_INFINITY } = options
  const turns = meeting.turns.slice(0, options.maxTurns)
  const settleMs = options.settleMs ?? 15_000
  const startedAt = Date.now()
  const hubs: Hub[] = []
  const rooms = new Map<string, Promise<LiveRoom>>()
  const answers: Promise<PlayedAnswer>[] = []
  const played: PlayedTurn[] = []

  async function enter(person: PlayPerson, as: 'participant' | 'watch'): Promise<LiveRoom> {
    const hub = connectHub({ url: options.url, token: () => options.tokenFor(person) })
    hubs.push(hub)
    return hub.join(options.room, { as, name: person.name })
  }

  function speaker(name: string): Promise<LiveRoom> {
    const known = rooms.get(name)
    if (known !== undefined) return known
    const id = playedUser(name)
    const joining = enter({ id, name, rights: ['join'] }, 'participant').then((room) => {
      room.on('*', (event) => 'to' in event && event.to === id && options.onEvent?.(event))
      return room
    })
    rooms.set(name, joining)
    return joining
  }

  async function say(turn: Meeting['turns'][number], index: number): Promise<PlayedTurn> {
    const { speaker: name, text } = turn
    if (text.trim() === '') return { speaker: name, text }
    const startMs = Math.max(0, Date.now() - host.state.openedAt)
    try {
      const room = await speaker(name)
      const segment = `turn-${index}-${startMs}`
      const parts = beginnings(text)
      const length = Math.min(speakingTime(text) / speed, maxTurnMs)
      for (const part of parts) {
        await wait(length / (parts.length + 1), signal)
        await room.caption(part, { segment, final: false })
      }
      await wait(length / (parts.length + 1), signal)
      const endMs = Math.max(startMs, Date.now() - host.state.openedAt)
      const { seq } = await room.caption(text, { segment, startMs, endMs })
      return { speaker: name, text, ...(seq === undefined ? {} : { seq }) }
    } catch (error) {
      if (error instanceof HubError) return { speaker: name, text, refused: error.code }
      throw error
    }
  }

  async function ask(question: Meeting['asks'][number]): Promise<PlayedAnswer> {
    const by = question.by ?? turns.at(-1)?.speaker ?? ''
    const { question: asked, evidence } = question
    const at = Date.now()
    const blank = { question: asked, by, evidence, citations: [] }
    try {
      const room = await speaker(by)
      const { run } = await room.ask(asked, { private: question.private })
      const answer = await room.when(
        ({ talkback }) => talkback.find((one) => one.run === run && one.done),
        settleMs,
      )
      const { text, citations } = answer
      return { ...blank, text, citations, tookMs: Date.now() - at }
    } catch (error) {
      if (!(error instanceof HubError)) throw error
      return { ...blank, failed: error.code, tookMs: Date.now() - at }
    }
  }

  const host = await enter({ id: playedUser(HOST), name: 'Host', rights: ['moderate'] }, 'watch')
  const seen: { seq: number; text: string }[] = []
  let summaries = 0
  host.on('*', (event) => {
    if (event.type === 'transcript.final' && !('pending' in event))
      seen.push({ seq: event.seq, text: event.data.text })
    if (event.type === 'summary.updated') summaries += 1
    options.onEvent?.(event)
  })

  try {
    for (const [index, turn] of turns.entries()) {
      if (signal?.aborted) break
      for (const one of meeting.speakers) if (one.joins === index) await speaker(one.name)
      if (turn.at_ms !== undefined) await wait(startedAt + turn.at_ms / speed - Date.now(), signal)
      played.push(await say(turn, index))
      options.onTurn?.(index + 1, turns.length)
      for (const act of meeting.acts.filter((one) => one.after === index)) {
        const { action, target, reason, minutes } = act
        const scaled = minutes === undefined ? {} : { minutes: minutes / speed }
        await host.act(playedUser(target), action, { reason, ...scaled }).catch(onlyHubErrors)
      }
      for (const one of meeting.asks) if (one.after === index) answers.push(ask(one))
    }
    if (!signal?.aborted)
      for (const question of options.questions ?? [])
        answers.push(ask({ question, after: turns.length, private: false, evidence: [] }))

    const settled = await Promise.all(answers)
    const acked = played.flatMap(({ seq, text }) => (seq === undefined ? [] : [{ seq, text }]))
    const last = acked.at(-1)?.seq ?? 0
    await host.when((room) => room.seq >= last, settleMs).catch(onlyHubErrors)
    // Leaving empties the room of speakers, and that is when the last turns are summed up.
    for (const room of await Promise.allSettled(rooms.values()))
      if (room.status === 'fulfilled') await room.value.leave()
    const upto = () => (host.summary?.upto ?? 0) >= last
    if (!signal?.aborted) await host.when(upto, settleMs).catch(onlyHubErrors)

    const ours = new Set(acked.map(({ seq }) => seq))
    const heard = seen.filter(({ seq }) => ours.has(seq))
    return {
      turns: played,
      sent: played.filter((one) => one.text.trim() !== '').length,
      acked: acked.length,
      seen: heard.length,
      inOrder:
        heard.length === acked.length &&
        acked.every(({ seq, text }, i) => heard[i]?.seq === seq && heard[i].text === trimmed(text)),
      answers: settled,
      summaries,
      summarised: upto(),
      tookMs: Date.now() - startedAt,
    }
  } finally {
    for (const hub of hubs) hub.close()
  }
}

/** A text as the hub keeps it. */
export function trimmed(text: string): string {
  return storable(text.trim())
}

function onlyHubErrors(error: unknown): undefined {
  if (!(error instanceof HubError)) throw error
}

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  if (ms <= 0 || signal?.aborted) return Promise.resolve()
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, ms)
    signal?.addEventListener('abort', done)
  })
}
