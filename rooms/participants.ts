import type { ParticipantView, RoomEvent } from '#protocol'

interface Participant {
  id: string
  name: string
  media: 'local' | 'livekit'
}

/** Who is in a room, as a fold of its log: the same events give the same people. */
export function createParticipants(optedOut: Iterable<string> = []) {
  const present = new Map<string, Participant>()
  /** Also who has left again since the room was opened. */
  const names = new Map<string, string>()
  const optOuts = new Set(optedOut)

  return {
    apply(event: RoomEvent) {
      const { id, name } = event.actor
      switch (event.type) {
        case 'participant.joined':
          present.set(id, { id, name, media: event.data.media })
          names.set(id, name)
          break
        case 'participant.left':
          present.delete(id)
          break
        case 'participant.updated': {
          const participant = present.get(id)
          if (participant && event.data.name !== undefined) {
            participant.name = event.data.name
            names.set(id, event.data.name)
          }
          if (event.data.opted_out === true) optOuts.add(id)
          if (event.data.opted_out === false) optOuts.delete(id)
          break
        }
        case 'room.opened':
          names.clear()
          present.clear()
          break
        case 'room.closed':
          present.clear()
          break
      }
    },
    forget(userId: string) {
      present.delete(userId)
      names.delete(userId)
      optOuts.delete(userId)
    },
    get: (userId: string) => present.get(userId),
    knows: (userId: string) => names.has(userId),
    nameOf: (userId: string) => names.get(userId),
    ids: () => [...present.keys()],
    size: () => present.size,
    optedOut: (userId: string) => optOuts.has(userId),
    views: (mutedUntil: (userId: string) => number | null | undefined): ParticipantView[] =>
      [...present.values()].map((participant) => {
        const until = mutedUntil(participant.id)
        return {
          ...participant,
          kind: 'person',
          opted_out: optOuts.has(participant.id),
          ...(until === undefined ? {} : { muted_until: until }),
        }
      }),
  }
}

export type Participants = ReturnType<typeof createParticipants>
