import type { ParticipantView } from '../acks.ts'
import type {
  BlankEvent,
  DurableData,
  PendingEvent,
  RoomEvent,
  Summary,
  WireEvent,
} from '../events.ts'
import { reduceCases } from './cases.ts'
import type { ChatLine, Line, RoomState, Talkback } from './state.ts'

/** How many lines of transcript, chat and talkback a state keeps, each. */
export const KEEP_LINES = 10_000
/** A partial that was not renewed for so long is over, ms. */
const ABANDONED_MS = 30_000

/**
 * The state after an event: pure, so that live events, resumed ones and history all come to the same.
 * An unknown type only moves the seq on.
 */
export function reduceRoom(state: RoomState, event: WireEvent, keep = KEEP_LINES): RoomState {
  if (isBlank(event)) return { ...state, seq: event.seq }
  if (isPending(event))
    return { ...state, degraded: true, pending: [...without(state.pending, event.id), event] }
  if (isDurable(event)) {
    const pending = without(state.pending, event.id)
    return reduceDurable({ ...state, seq: event.seq, pending }, event, keep)
  }
  const { actor, at } = event
  switch (event.type) {
    case 'transcript.partial': {
      const { segment, text } = event.data
      const said = state.finals.slice(-50).some((line) => sameSegment(line, actor.id, segment))
      if (said) return state
      const line: Line = { segment, speaker: actor, text, at, final: false }
      return { ...state, partials: [...unended(state.partials, actor.id, segment, at), line] }
    }
    case 'participant.speaking': {
      const speaking = state.speaking.filter((id) => id !== actor.id)
      return { ...state, speaking: event.data.speaking ? [...speaking, actor.id] : speaking }
    }
    case 'transcription.delayed':
      return { ...state, transcriptBehindMs: event.data.behind_ms }
    case 'talkback.delta': {
      const { run, agent, text } = event.data
      const known = state.talkback.find((one) => one.run === run)
      if (known?.done) return state
      const line: Talkback = {
        ...{ run, agent, name: actor.name, text, at: known?.at ?? at },
        ...{ done: false, citations: [], interrupted: false },
        ...(event.to === undefined ? {} : { to: event.to }),
      }
      return { ...state, talkback: [...withoutRun(state.talkback, run), line] }
    }
    case 'talkback.stop': {
      const { run } = event.data
      return { ...state, talkback: state.talkback.filter((one) => one.run !== run || one.done) }
    }
    case 'agent.state': {
      const { agent, state: now } = event.data
      const agents = state.agents.map((one) => (one.id === agent ? { ...one, state: now } : one))
      return { ...state, agents }
    }
    case 'room.updated':
      return { ...state, settings: event.data.settings }
    case 'moderation.claimed':
      return state.moderates ? { ...state, cases: reduceCases(state.cases, event) } : state
    case 'room.degraded':
      return { ...state, degraded: true }
    case 'room.recovered':
      return { ...state, degraded: false }
    default:
      return state
  }
}

/** The state without what was said at a seq that is erased now; `was` is the event, where it is known. */
export function forget(state: RoomState, erased: BlankEvent, was?: WireEvent): RoomState {
  const { seq } = erased
  const stays = (line: { seq?: number }) => line.seq !== seq
  return {
    ...state,
    cases: reduceCases(state.cases, erased),
    summary: quotes(state.summary, seq, was) ? undefined : state.summary,
    finals: state.finals.filter(stays),
    chat: state.chat.filter(stays),
    talkback: state.talkback.filter(stays),
  }
}

/** Whether a summary rests on what was said at a seq, or is what was said there. */
function quotes(summary: Summary | undefined, seq: number, was?: WireEvent): boolean {
  if (summary === undefined) return false
  const { key_points, decisions, action_items, version } = summary
  const items = [...key_points, ...decisions, ...action_items]
  const isItself = was?.type === 'summary.updated' && was.data.version === version
  return isItself || items.some(({ evidence }) => evidence.includes(seq))
}

function isPending(event: WireEvent): event is PendingEvent {
  return 'pending' in event
}

export function isBlank(event: WireEvent): event is BlankEvent {
  return event.type === 'hidden' || event.type === 'erased'
}

/** Whether the event has its place in the log, whatever the reader may see of it. */
export function isDurable(event: WireEvent): event is RoomEvent {
  return 'seq' in event && !isBlank(event)
}

function reduceDurable(state: RoomState, event: RoomEvent, keep: number): RoomState {
  const { actor, at, seq, id } = event
  switch (event.type) {
    case 'room.opened':
      return { ...state, status: 'open', openedAt: at }
    case 'room.closed':
      return { ...state, status: 'closed', participants: [], partials: [], speaking: [] }
    case 'participant.joined': {
      const { media } = event.data
      const known = state.participants.find((one) => one.id === actor.id)
      const kind = actor.kind === 'agent' ? 'agent' : 'person'
      const one = {
        opted_out: false,
        ...known,
        id: actor.id,
        name: actor.name,
        kind,
        media,
      } as const
      return { ...state, participants: [...others(state.participants, actor.id), one] }
    }
    case 'participant.updated':
      return {
        ...state,
        participants: state.participants.map((one) =>
          one.id === actor.id ? updated(one, event.data) : one,
        ),
      }
    case 'participant.left':
      return {
        ...state,
        participants: others(state.participants, actor.id),
        partials: state.partials.filter((line) => line.speaker.id !== actor.id),
        speaking: state.speaking.filter((id) => id !== actor.id),
      }
    case 'transcript.final': {
      const { segment, text } = event.data
      const line: Line = { segment, speaker: actor, text, at, final: true, seq }
      const partials = unended(state.partials, actor.id, segment, at)
      return { ...state, partials, finals: kept(state.finals, line, keep) }
    }
    case 'chat.message': {
      const to = event.to === undefined ? {} : { to: event.to }
      const line: ChatLine = { id, from: actor, text: event.data.text, at, seq, ...to }
      return { ...state, chat: kept(state.chat, line, keep) }
    }
    case 'talkback.said': {
      const { run, agent, text, citations = [], interrupted = false } = event.data
      const line: Talkback = {
        ...{ agent, name: actor.name, text, at, seq, citations, interrupted, done: true },
        ...(run === undefined ? {} : { run }),
        ...(event.to === undefined ? {} : { to: event.to }),
      }
      return { ...state, talkback: kept(withoutRun(state.talkback, run), line, keep) }
    }
    case 'summary.updated':
      return { ...state, summary: event.data }
    case 'moderation.flagged':
    case 'moderation.acted':
    case 'moderation.reviewed':
      return state.moderates ? { ...state, cases: reduceCases(state.cases, event) } : state
    default:
      return state
  }
}

function updated(one: ParticipantView, data: DurableData<'participant.updated'>): ParticipantView {
  const { muted_until: before, ...rest } = one
  const muted = data.muted_until === undefined ? before : data.muted_until
  return {
    ...rest,
    ...(data.name === undefined ? {} : { name: data.name }),
    ...(data.opted_out === undefined ? {} : { opted_out: data.opted_out }),
    ...(muted === undefined || muted === 0 ? {} : { muted_until: muted }),
  }
}

function kept<T>(lines: readonly T[], line: T, keep: number): readonly T[] {
  return lines.length < keep ? [...lines, line] : [...lines.slice(lines.length - keep + 1), line]
}

function sameSegment(line: Line, speaker: string, segment: string): boolean {
  return line.segment === segment && line.speaker.id === speaker
}

/** What is still being said beside a segment. A partial that nobody renews has lost its end. */
function unended(partials: readonly Line[], speaker: string, segment: string, now: number) {
  return partials.filter(
    (line) => !sameSegment(line, speaker, segment) && line.at >= now - ABANDONED_MS,
  )
}

function withoutRun(lines: readonly Talkback[], run: string | undefined): readonly Talkback[] {
  return run === undefined ? lines : lines.filter((line) => line.run !== run || line.done)
}

function without(pending: readonly PendingEvent[], id: string): readonly PendingEvent[] {
  return pending.some((one) => one.id === id) ? pending.filter((one) => one.id !== id) : pending
}

function others(people: readonly ParticipantView[], id: string): readonly ParticipantView[] {
  return people.filter((one) => one.id !== id)
}
