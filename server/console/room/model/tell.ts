import type { ParticipantView } from '#protocol'
import { sayMinutes } from '../../app/say.ts'
import type { Entry, Note } from './entry.ts'

/** What a note says, in one line. */
export function tellNote(note: Note, nameOf: (id: string) => string): string {
  switch (note.what) {
    case 'opened':
      return 'The room was opened'
    case 'closed':
      return note.reason === 'empty' ? 'The room closed, as nobody was here' : 'The room was closed'
    case 'joined':
      return `${note.who.name} joined`
    case 'left':
      return note.reason === 'left' || note.reason === 'closed'
        ? `${note.who.name} left`
        : `${note.who.name} ${note.reason === 'lost' ? 'lost the connection' : 'was removed'}`
    case 'renamed':
      return `${note.who.name} is now ${note.name}`
    case 'opted_out':
      return `${note.who.name} is no longer transcribed`
    case 'opted_in':
      return `${note.who.name} is transcribed again`
    case 'gap':
      return `${Math.max(1, Math.round(note.ms / 1000))} s of speech were not heard (${note.reason})`
    case 'failed':
      return `${note.who.name} could not finish${note.error === '' ? '' : `: ${note.error}`}`
    case 'flagged':
      return `${nameOf(note.target)} was flagged: ${spoken(note.categories).join(', ')}`
    case 'reviewed': {
      const did = { approve: 'approved', reject: 'rejected', undo: 'undid' }[note.decision]
      const remark = note.remark === '' ? '' : `: ${note.remark}`
      return `${nameOf(note.who.id)} ${did ?? note.decision} a case${remark}`
    }
    case 'acted': {
      const did = { warn: 'warned', mute: 'muted', remove: 'removed', restore: 'restored' }
      const long = note.minutes === undefined ? '' : ` for ${sayMinutes(note.minutes)}`
      const why = note.reason === '' ? '' : `: ${note.reason}`
      return `${capital(nameOf(note.by))} ${did[note.action]} ${nameOf(note.target)}${long}${why}`
    }
  }
}

/** What is read out of a new entry; undefined for what would only be noise. */
export function announce(entry: Entry, nameOf: (id: string) => string): string | undefined {
  switch (entry.kind) {
    case 'turn':
      return `${entry.who.name}: ${entry.text}`
    case 'chat':
      return `${entry.who.name} writes: ${entry.text}`
    case 'asked':
      return `${nameOf(entry.by)} asks: ${entry.text}`
    case 'said':
      return `${entry.who.name} says: ${entry.text}`
    case 'note':
      return entry.note.what === 'reviewed' ? undefined : `${tellNote(entry.note, nameOf)}.`
    default:
      return undefined
  }
}

export function tellBlank({ why, count }: { why: 'hidden' | 'erased'; count: number }): string {
  if (why === 'erased') return count === 1 ? 'Erased' : `${count} erased`
  return count === 1 ? 'Private to someone else' : `${count} entries private to others`
}

/** Until when someone is muted: null until undone, undefined not at all. No event says that it has run out. */
export function muteOf(person: ParticipantView | undefined, now: number) {
  const until = person?.muted_until
  return typeof until === 'number' && until <= now ? undefined : until
}

/** Names of categories as people say them. */
export function spoken(categories: readonly string[]): string[] {
  return categories.map((category) => category.replaceAll('_', ' '))
}

function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}
