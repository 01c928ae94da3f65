import type { BlankEvent, RoomEvent } from './events.ts'

/** A reader as the visibility rule sees one. */
export interface Reader {
  userId: string
  moderates: boolean
}

/** The room's settings that the rule depends on. */
export interface VisibilitySettings {
  /** Whether moderators see what is addressed to one person. */
  moderatorsSeePrivate: boolean
}

export type View = 'full' | 'reduced' | 'hidden' | 'erased'

type Judged = Pick<RoomEvent, 'type' | 'actor' | 'data' | 'to' | 'erased'>

/**
 * What a reader may see of a durable event: the one rule, for live events, resume, history and REST.
 * Its twin in SQL is the function `event_view`; a test holds the two together.
 */
export function visible(event: Judged, reader: Reader, settings: VisibilitySettings): View {
  if (event.erased) return 'erased'
  if (event.to !== undefined) {
    if (event.to === reader.userId || event.actor.id === reader.userId) return 'full'
    return reader.moderates && settings.moderatorsSeePrivate ? 'full' : 'hidden'
  }
  switch (event.type) {
    case 'moderation.flagged':
    case 'moderation.reviewed':
      return reader.moderates ? 'full' : 'hidden'
    case 'moderation.acted':
      return reader.moderates || targetOf(event) === reader.userId ? 'full' : 'reduced'
    default:
      return 'full'
  }
}

/** Whether every reader sees the event whole, so that it can be sent to a room at once. */
export function isPublic(event: Judged): boolean {
  return event.to === undefined && !event.erased && !event.type.startsWith('moderation.')
}

/** The event in the form that a view allows. */
export function render(event: RoomEvent, view: 'hidden' | 'erased'): BlankEvent
export function render(event: RoomEvent, view: View): RoomEvent | BlankEvent
export function render(event: RoomEvent, view: View): RoomEvent | BlankEvent {
  if (view === 'full') return event
  if (view === 'reduced' && event.type === 'moderation.acted') {
    const { target, action } = event.data
    return { ...event, data: { target, action } }
  }
  const { room, epoch, seq, at } = event
  return { room, epoch, seq, at, type: view === 'erased' ? 'erased' : 'hidden' }
}

function targetOf(event: Judged): string | undefined {
  return 'target' in event.data ? event.data.target : undefined
}
