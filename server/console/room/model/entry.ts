import type { Actor, BlankEvent, RoomEvent } from '#protocol'

interface Place {
  seq: number
  at: number
}

/** One thing in the conversation as people read it. */
export type Entry =
  | (Place & { kind: 'turn'; who: Actor; text: string })
  | (Place & { kind: 'chat'; who: Actor; text: string; to?: string })
  | (Place & { kind: 'asked'; by: string; text: string; to?: string })
  | (Place & {
      kind: 'said'
      who: Actor
      text: string
      citations: readonly number[]
      interrupted: boolean
      to?: string
    })
  | (Place & { kind: 'note'; note: Note })
  | (Place & { kind: 'blank'; why: 'hidden' | 'erased'; count: number })

/** What happened, besides what was said. People are ids: their names are looked up when it is shown. */
export type Note =
  | { what: 'opened' | 'joined' | 'opted_out' | 'opted_in'; who: Actor }
  | { what: 'closed' | 'left'; who: Actor; reason: string }
  | { what: 'renamed'; who: Actor; name: string }
  | { what: 'gap'; ms: number; reason: string }
  | { what: 'failed'; who: Actor; error: string }
  | { what: 'flagged'; target: string; categories: readonly string[]; evidence: readonly number[] }
  | { what: 'reviewed'; who: Actor; decision: string; remark: string }
  | {
      what: 'acted'
      action: 'warn' | 'mute' | 'remove' | 'restore'
      target: string
      by: string
      minutes?: number
      reason: string
    }

/** An event as an entry; undefined for what only machines need to know. */
export function entryOf(event: RoomEvent | BlankEvent): Entry | undefined {
  const place = { seq: event.seq, at: event.at }
  if (!('actor' in event)) return { ...place, kind: 'blank', why: event.type, count: 1 }
  const { actor: who } = event
  const to = event.to === undefined ? {} : { to: event.to }
  const note = (what: Note): Entry => ({ ...place, kind: 'note', note: what })
  switch (event.type) {
    case 'transcript.final':
      return { ...place, kind: 'turn', who, text: event.data.text }
    case 'chat.message':
      return { ...place, kind: 'chat', who, text: event.data.text, ...to }
    case 'talkback.said': {
      const { text, citations = [], interrupted = false } = event.data
      return { ...place, kind: 'said', who, text, citations, interrupted, ...to }
    }
    case 'run.started': {
      const { question, asked_by: by } = event.data
      if (question === undefined || by === undefined) return undefined
      return { ...place, kind: 'asked', by, text: question, ...to }
    }
    case 'run.finished': {
      const { status, error = '' } = event.data
      const failed = status === 'failed' || status === 'timed_out'
      return failed ? note({ what: 'failed', who, error }) : undefined
    }
    case 'room.opened':
      return note({ what: 'opened', who })
    case 'room.closed':
      return note({ what: 'closed', who, reason: event.data.reason })
    case 'participant.joined':
      return note({ what: 'joined', who })
    case 'participant.left':
      return note({ what: 'left', who, reason: event.data.reason })
    case 'participant.updated': {
      const { name, opted_out } = event.data
      if (name !== undefined) return note({ what: 'renamed', who, name })
      if (opted_out !== undefined) return note({ what: opted_out ? 'opted_out' : 'opted_in', who })
      return undefined
    }
    case 'transcript.gap': {
      const { from_ms, to_ms, reason } = event.data
      return note({ what: 'gap', ms: to_ms - from_ms, reason })
    }
    case 'moderation.flagged': {
      const { target, categories, evidence } = event.data
      return note({ what: 'flagged', target, categories, evidence })
    }
    case 'moderation.acted': {
      const { action, target, minutes, reason = '', by = who.id } = event.data
      const long = minutes === undefined ? {} : { minutes }
      return note({ what: 'acted', action, target, by, reason, ...long })
    }
    case 'moderation.reviewed': {
      const { decision, note: remark = '' } = event.data
      return note({ what: 'reviewed', who, decision, remark })
    }
    default:
      return undefined
  }
}

/** The words of an entry that a search looks through. */
export function wordsOf(entry: Entry): string {
  return 'text' in entry ? entry.text : ''
}
