import type {
  RemoteParticipant,
  RemoteTrack,
  RemoteTrackPublication,
  Room as RtcRoom,
} from '@livekit/rtc-node'
import type { Logger } from 'pino'
import { HubError, type Principal } from '#protocol'
import type { Clock, Connection, Detached, Microphone, Room } from '#rooms'
import { type Ear, openEar, SAMPLE_RATE } from './ear.ts'
import type { Identities } from './identity.ts'
import { isPerson, nameOf, principalOf, TRANSCRIPTION } from './person.ts'
import type { Rtc } from './rtc.ts'
import type { LiveKitPerson } from './types.ts'

/** Whom the hub's room could not take in, such as while its database is away, is taken to it again after so long, ms. */
const ARRIVE_AGAIN = 2_000
/** How long LiveKit may take to give a track that was asked for, ms. */
const ASK_AGAIN = 2_000

interface Heard {
  publication: RemoteTrackPublication
  ear?: Ear | undefined
}

export interface Present {
  participant: RemoteParticipant
  sid: string
  userId: string
  principal: Principal
  connection: Connection
  /** Under which the hub's room knows them. */
  name: string
  /** Whether the hub's room lets them in, and they were let in. */
  here: boolean
  /** While the hub's room is told of them. */
  arriving: Promise<void> | undefined
  /** The last that they said about being transcribed, by their attribute. */
  wish: string | undefined
  /** By the sid of the track: those that are asked for, and heard once LiveKit gives them. */
  tracks: Map<string, Heard>
  gone: boolean
  /** They were erased: whoever stays in LiveKit is not taken in as somebody new without coming anew. */
  forgotten: boolean
}

export interface PeopleDeps {
  rtc: Rtc
  connected: RtcRoom
  room: Room
  identities: Identities
  nextId: () => string
  clock: Clock
  log: Logger
  /** Arrived, or published a track. */
  onPerson(person: LiveKitPerson): void
  /** Who is heard, or is there, changed. */
  onChange(): void
}

/** The people of a LiveKit room as people of the hub's: who is there, and what of them is heard. */
export function createPeople(deps: PeopleDeps) {
  const { rtc, connected, room, identities, log } = deps
  const present = new Map<string, Present>()
  /** The hub transcribes no sound: nothing is asked for. */
  let deaf = false
  let closed = false
  let takeAgain: (() => void) | undefined

  const optedOut = () =>
    new Set(room.participants().flatMap(({ id, opted_out }) => (opted_out ? [id] : [])))

  connected
    .on('participantConnected', look)
    .on('participantDisconnected', look)
    .on('participantNameChanged', look)
    .on('participantAttributesChanged', look)
    .on('trackPublished', (_, participant) => {
      look()
      const person = present.get(participant?.identity ?? '')
      if (person) deps.onPerson(view(person))
    })
    .on('trackUnpublished', look)
    .on('trackSubscribed', look)
    .on('trackUnsubscribed', look)
    .on('trackMuted', look)
    .on('trackUnmuted', look)

  return {
    look,
    list: () => [...present.values()].map(view),
    /** Identities of those who are not transcribed. */
    optedOut(): string[] {
      const out = optedOut()
      return [...present].flatMap(([identity, { userId }]) => (out.has(userId) ? [identity] : []))
    },
    /** Who takes part in the hub's room, too. */
    here: () => [...present.values()].filter((person) => person.here),
    byIdentity: (identity: string) => present.get(identity),
    byUser: (userId: string) => [...present.values()].find((person) => person.userId === userId),
    /** The track by which somebody is heard. */
    trackOf: (userId: string) =>
      [...present.values()]
        .filter((person) => person.userId === userId)
        .flatMap(({ tracks }) => [...tracks].filter(([, { ear }]) => ear).map(([sid]) => sid))[0],
    /** The hub's room lets these in no more; they may come back into it without leaving LiveKit. */
    detached(connections: readonly string[], reason: Detached) {
      for (const person of present.values()) {
        if (!connections.includes(person.connection.id)) continue
        person.here = false
        if (reason === 'forgotten') person.forgotten = true
      }
      look()
    },
    close() {
      closed = true
      takeAgain?.()
      for (const person of [...present.values()]) depart(person)
    },
  }

  /** Brings everything in line with what LiveKit says now: called whenever anything of it changed. */
  function look(): void {
    if (closed) return
    for (const person of [...present.values()]) {
      const now = connected.remoteParticipants.get(person.participant.identity)
      if (!now || now.sid !== person.sid || !isOne(now)) depart(person)
    }
    const out = optedOut()
    for (const participant of connected.remoteParticipants.values()) {
      if (!isOne(participant)) continue
      const person = present.get(participant.identity) ?? meet(participant)
      person.participant = participant
      if (mayArrive(person)) person.arriving = arrive(person).catch(refused)
      hear(person, !out.has(person.userId))
    }
    deps.onChange()
  }

  function isOne(participant: RemoteParticipant): boolean {
    return isPerson(rtc, participant, connected.remoteParticipants)
  }

  function meet(participant: RemoteParticipant): Present {
    const { identity, sid = '' } = participant
    const userId = identities.personOf(room.name, identity)
    const principal = principalOf(room.name, userId, nameOf(participant))
    const person: Present = {
      participant,
      sid,
      userId,
      principal,
      connection: { id: `livekit:${deps.nextId()}`, principal },
      name: '',
      here: false,
      arriving: undefined,
      wish: undefined,
      tracks: new Map(),
      gone: false,
      forgotten: false,
    }
    present.set(identity, person)
    deps.onPerson(view(person))
    return person
  }

  /** Whether there is anything to tell the hub's room of them. */
  function mayArrive(person: Present): boolean {
    const { participant, userId, here, name, wish, arriving, forgotten } = person
    if (forgotten) return false
    const renamed = () => name !== nameOf(participant) && !isHeld(userId, 'muted')
    const news = !here || wish !== participant.attributes[TRANSCRIPTION] || renamed()
    return news && !arriving && !isHeld(userId, 'removed')
  }

  function isHeld(userId: string, as: 'muted' | 'removed'): boolean {
    return room.restricted().some(({ target, kind }) => target === userId && kind === as)
  }

  async function arrive(person: Present): Promise<void> {
    const { connection, principal, participant } = person
    const name = nameOf(participant)
    const wish = participant.attributes[TRANSCRIPTION]
    try {
      if (!person.here || name !== person.name) {
        await room.arrive(connection, { name, media: 'livekit' })
        if (person.gone) return room.leave(connection.id)
        // who is muted keeps the name that the room knows, until then
        if (!isHeld(person.userId, 'muted')) person.name = name
      }
      // without the attribute it stays as it was said elsewhere
      const on = wish === 'on' || (wish !== 'off' && person.wish === 'off')
      if (wish !== person.wish && (on || wish === 'off')) await room.setTranscription(principal, on)
      person.wish = wish
      person.here = !person.forgotten
    } finally {
      person.arriving = undefined
    }
    look()
  }

  /** Whoever is removed is looked at again when that ends; others after a while. */
  function refused(err: unknown): void {
    if (err instanceof HubError && err.code === 'removed') return
    log.warn({ err }, 'somebody in a LiveKit room was not let into the room')
    // those whom nothing else makes anybody look at
    takeAgain ??= deps.clock.after(ARRIVE_AGAIN, () => {
      takeAgain = undefined
      look()
    })
  }

  /** Asks for what is to be heard of a person, and for no more. */
  function hear(person: Present, transcribed: boolean): void {
    const { participant, tracks } = person
    const published = participant.trackPublications
    const wanted = new Map(
      transcribed && person.here && !deaf ? [...published].filter(([, one]) => isVoice(one)) : [],
    )
    for (const [sid, { publication, ear }] of tracks) {
      if (wanted.get(sid) === publication) continue
      ear?.close()
      tracks.delete(sid)
      if (published.get(sid) === publication) publication.setSubscribed(false)
    }
    for (const [sid, publication] of wanted) {
      const heard = tracks.get(sid) ?? ask(person, sid, publication)
      // who mutes themselves has ended what they said
      if (publication.muted || !publication.track) silence(heard)
      else heard.ear ??= listen(person, publication.track)
    }
  }

  /** Asks LiveKit for a track, again and again: what is asked while a connection is made anew is lost. */
  function ask(person: Present, sid: string, publication: RemoteTrackPublication): Heard {
    const heard: Heard = { publication }
    const again = () => {
      if (closed || person.tracks.get(sid) !== heard) return
      if (!publication.track) publication.setSubscribed(true)
      deps.clock.after(ASK_AGAIN, again)
    }
    person.tracks.set(sid, heard)
    again()
    return heard
  }

  function silence(heard: Heard): void {
    heard.ear?.close()
    heard.ear = undefined
  }

  function listen({ principal }: Present, track: RemoteTrack): Ear | undefined {
    let microphone: Microphone | undefined
    try {
      microphone = room.openMicrophone(principal, { sampleRate: SAMPLE_RATE })
      return openEar(rtc, track, microphone, log)
    } catch (err) {
      // the track is over already
      void microphone?.end()
      // muted people are listened to once they may speak again
      if (!(err instanceof HubError)) log.warn({ err }, 'a track of LiveKit was not heard')
      else if (err.code === 'conflict') deaf = true
      return undefined
    }
  }

  function isVoice({ kind, source }: RemoteTrackPublication): boolean {
    const { TrackKind, TrackSource } = rtc
    return (
      kind === TrackKind.KIND_AUDIO &&
      (source === TrackSource.SOURCE_MICROPHONE || source === TrackSource.SOURCE_UNKNOWN)
    )
  }

  function depart(person: Present): void {
    person.gone = true
    present.delete(person.participant.identity)
    for (const { ear } of person.tracks.values()) ear?.close()
    person.tracks.clear()
    room.leave(person.connection.id)
  }

  function view({ participant, sid, userId }: Present): LiveKitPerson {
    const { identity, attributes } = participant
    return { identity, sid, userId, attributes }
  }
}

export type People = ReturnType<typeof createPeople>
