import type { Room as RtcRoom } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import type { EphemeralEvent, RoomEvent, RoomEventOf } from '#protocol'
import type { Room } from '#rooms'
import type { Identities } from './identity.ts'
import { createOutbox } from './outbox.ts'
import type { People } from './people.ts'
import { createTalkback } from './talkback.ts'

/** What people and agents say, as LiveKit's clients know it: the sender is who speaks. */
const TRANSCRIPTION_TOPIC = 'lk.transcription'
export const CHAT_TOPIC = 'lk.chat'
/** The summary as JSON: as the event `summary.updated` has it. */
const SUMMARY_TOPIC = 'aura.summary'
/** What the sender is called, for whom LiveKit may not know: people who are in the hub's room alone. */
const SPEAKER_NAME = 'aura.speaker_name'

interface Text {
  topic: string
  text: string
  attributes?: Record<string, string>
  /** Whose words they are; absent: the agents'. */
  senderIdentity?: string
  /** For these alone. */
  destinationIdentities?: string[]
}

export interface TextsDeps {
  connected: RtcRoom
  room: Room
  identities: Identities
  people: People
  log: Logger
  /** Whether it came from LiveKit, where everybody has it already. */
  isEcho(event: RoomEventOf<'chat.message'>): boolean
  /** The track of the agents' voice. */
  voiceTrack(): string | undefined
}

/**
 * Everything that is for the eyes of people in a LiveKit room, as text streams: a page that knows LiveKit alone gets the
 * transcript, the chat, what agents say, the summary and its own notices. What is for one person goes to that one.
 */
export function createTexts(deps: TextsDeps) {
  const { connected, room, identities, people, log } = deps
  const outbox = createOutbox({ log })
  const talkback = createTalkback(outbox, (segment, final) =>
    agent().streamText({
      topic: TRANSCRIPTION_TOPIC,
      attributes: transcriptOf(segment, final, deps.voiceTrack()),
    }),
  )

  function agent() {
    const { localParticipant } = connected
    if (!localParticipant) throw new Error('the agents are not in the LiveKit room')
    return localParticipant
  }

  return {
    event(event: RoomEvent): void {
      if (event.erased || people.list().length === 0) return
      switch (event.type) {
        case 'transcript.final':
          if (event.to === undefined) speech(event.actor, event.data.segment, event.data.text, true)
          break
        case 'chat.message':
          if (!deps.isEcho(event)) chat(event)
          break
        case 'talkback.said':
          if (event.to !== undefined) notice(event)
          else talkback.said(event.data.run ?? event.id, event.data.text)
          break
        case 'run.finished':
          if (event.to === undefined) talkback.ended(event.data.run)
          break
        case 'summary.updated':
          if (event.to === undefined) summary()
          break
      }
    },

    ephemeral(event: EphemeralEvent): void {
      // what is for one person alone comes as a whole in the end
      if (event.to !== undefined || people.list().length === 0) return
      if (event.type === 'transcript.partial')
        speech(event.actor, event.data.segment, event.data.text, false)
      if (event.type === 'talkback.delta') talkback.delta(event.data.run, event.data.text)
    },

    /** For somebody who has just come. */
    summary,

    /** To one participant, from the agents. */
    tell,

    async close(): Promise<void> {
      outbox.close()
      await talkback.close()
    },
  }

  function speech(
    { id, name }: { id: string; name: string },
    segment: string,
    text: string,
    final: boolean,
  ): void {
    const attributes = transcriptOf(segment, final, people.trackOf(id))
    const from = { senderIdentity: identities.identityIn(room.name, id) }
    const key = final ? undefined : `partial ${id} ${segment}`
    send(
      {
        ...{ topic: TRANSCRIPTION_TOPIC, text, ...from },
        attributes: { ...attributes, [SPEAKER_NAME]: name },
      },
      key,
    )
  }

  function chat({ actor, data, to }: RoomEventOf<'chat.message'>): void {
    const destination = to === undefined ? undefined : people.byUser(to)
    if (to !== undefined && !destination) return
    send({
      ...{ topic: CHAT_TOPIC, text: data.text, attributes: { [SPEAKER_NAME]: actor.name } },
      ...(actor.kind === 'person'
        ? { senderIdentity: identities.identityIn(room.name, actor.id) }
        : {}),
      ...(destination ? { destinationIdentities: [destination.participant.identity] } : {}),
    })
  }

  function notice({ to = '', data }: RoomEventOf<'talkback.said'>): void {
    const identity = people.byUser(to)?.participant.identity
    if (identity !== undefined) tell(identity, data.text)
  }

  function tell(identity: string, text: string): void {
    send({ topic: CHAT_TOPIC, text, destinationIdentities: [identity] })
  }

  function summary(identity?: string): void {
    const current = room.summary()
    if (!current) return
    send({
      ...{ topic: SUMMARY_TOPIC, text: JSON.stringify(current) },
      ...(identity === undefined ? {} : { destinationIdentities: [identity] }),
    })
  }

  function send({ text, ...options }: Text, key?: string): void {
    outbox.push(async () => {
      const writer = await agent().streamText(options)
      await writer.write(text)
      await writer.close()
    }, key)
  }
}

function transcriptOf(segment: string, final: boolean, track: string | undefined) {
  return {
    'lk.segment_id': segment,
    'lk.transcription_final': String(final),
    ...(track === undefined ? {} : { 'lk.transcribed_track_id': track }),
  }
}
