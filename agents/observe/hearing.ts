import { context, type Link, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import type { RoomEvent } from '#protocol'
import type { RoomSignal } from '#rooms'
import { tracer } from './span.ts'

type EventsSignal = Extract<RoomSignal, { kind: 'events' }>

/** How many turns a batch is linked to: it serves more only after an outage. */
const LINKS = 100

/** Brings events to agents in the trace of each, and remembers which traces a batch will serve. */
export function createHearing() {
  const turns = new Map<string, Link[]>()

  function remember(roomId: string, event: RoomEvent): void {
    const span = trace.getActiveSpan()
    if (!span || !isTurn(event)) return
    const links = turns.get(roomId) ?? []
    turns.set(roomId, links)
    if (links.push({ context: span.spanContext() }) > LINKS) links.shift()
  }

  return {
    /** Calls `take` once where nothing is traced, else for each event by itself. */
    hear(signal: EventsSignal, take: (signal: EventsSignal) => void): void {
      const { contexts, room } = signal
      if (!contexts) {
        take(signal)
        return
      }
      for (const event of signal.events) {
        const one = { ...signal, events: [event] }
        context.with(contexts.get(event.seq) ?? ROOT_CONTEXT, () => {
          if (!trace.getActiveSpan() || event.actor.kind !== 'person') {
            take(one)
            return
          }
          remember(room.id, event)
          const attributes = {
            'auralink.room.id': room.id,
            'auralink.seq': event.seq,
            'auralink.event': event.type,
          }
          tracer().startActiveSpan('agents.hear', { attributes }, (span) => {
            take(one)
            span.end()
          })
        })
      }
    },

    /** The turns of a room that came since this was asked last. */
    links(roomId: string): Link[] {
      const links = turns.get(roomId) ?? []
      turns.delete(roomId)
      return links
    },

    forget(roomId: string): void {
      turns.delete(roomId)
    },
  }
}

export type Hearing = ReturnType<typeof createHearing>

function isTurn({ type }: RoomEvent): boolean {
  return type === 'transcript.final' || type === 'chat.message'
}

/** Runs what lives longer than the trace that it happens to begin in. */
export function untraced<T>(run: () => T): T {
  return context.with(ROOT_CONTEXT, run)
}
