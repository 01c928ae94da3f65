import type { DurableType, RoomEvent, RoomEventOf } from '#protocol'
import type { Room } from '#rooms'
import type { Spoken } from '../graphs/spoken.ts'
import type { Departure } from './joins.ts'

/** What agents need to know of a room that was there before them. */
export interface History {
  /** Everything at or below this seq is in here. */
  upto: number
  /** Public words, without those that were flagged. */
  turns: Spoken[]
  /** Public and private words, the latest only, for what a crash left unjudged. */
  latest: Spoken[]
  departures: Map<string, Departure>
  /** Runs that were started and not ended. */
  unfinished: RoomEventOf<'run.started'>[]
  flagged: RoomEventOf<'moderation.flagged'>[]
  /** Actions of the policy that the person was not told of. */
  untold: RoomEventOf<'moderation.acted'>[]
}

const TYPES: DurableType[] = [
  'transcript.final',
  'chat.message',
  'participant.joined',
  'participant.left',
  'run.started',
  'run.finished',
  'moderation.flagged',
  'moderation.acted',
  'talkback.said',
]
const PAGE = 1_000
const LATEST = 50

/** Reads the log once, up to where the room is now. */
export async function readHistory(room: Pick<Room, 'head' | 'read'>): Promise<History> {
  const upto = room.head
  const words: Spoken[] = []
  const departures = new Map<string, Departure>()
  const open = new Map<string, RoomEventOf<'run.started'>>()
  const flagged: RoomEventOf<'moderation.flagged'>[] = []
  const untold = new Map<string, RoomEventOf<'moderation.acted'>>()

  function take(event: RoomEvent) {
    switch (event.type) {
      case 'transcript.final':
      case 'chat.message':
        if (event.actor.kind === 'person') words.push(event)
        return
      case 'participant.left':
        departures.set(event.actor.id, { seq: event.seq, at: event.at, reason: event.data.reason })
        return
      case 'run.started':
        open.set(event.data.run, event)
        return
      case 'run.finished':
        open.delete(event.data.run)
        return
      case 'moderation.flagged':
        flagged.push(event)
        return
      case 'moderation.acted':
        if (isOfPolicy(event)) untold.set(event.data.target, event)
        return
      case 'talkback.said':
        if (event.to !== undefined && event.actor.id === 'agent:moderation') untold.delete(event.to)
    }
  }

  /** Also what a person approved of it. */
  function isOfPolicy({ data }: RoomEventOf<'moderation.acted'>): boolean {
    return data.by === 'policy' || flagged.some((event) => event.data.case === data.case)
  }

  for (let after = 0; after < upto; ) {
    const page = await room.read(TYPES, after, PAGE)
    for (const event of page) if (event.seq <= upto) take(event)
    const last = page.at(-1)
    if (!last || page.length < PAGE) break
    after = last.seq
  }

  const offences = new Set(flagged.flatMap((event) => event.data.evidence))
  return {
    upto,
    turns: words.filter((w) => w.to === undefined && !offences.has(w.seq)),
    latest: words.slice(-LATEST),
    departures,
    unfinished: [...open.values()],
    flagged,
    untold: [...untold.values()],
  }
}
