import type { Room as RtcRoom, TextStreamReader } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import { commands, HubError, type RoomEventOf } from '#protocol'
import type { Clock, Room } from '#rooms'
import { sleep } from '../../clock.ts'
import { keyOf } from '../../core.ts'
import type { People, Present } from './people.ts'
import { CHAT_TOPIC } from './texts.ts'

/** How many messages of one person may be read, or on their way into the log; what comes beyond is refused. */
const MAX_UNDER_WAY = 20
/** One that is not complete by then is read no further, ms: its sender may be gone, or never end it. */
const COMPLETE_MS = 10_000
/** LiveKit tells of who comes up to 3 s later, ms. */
const KNOWN_MS = 5_000
const LOOK_MS = 100

export interface ChatDeps {
  connected: RtcRoom
  room: Room
  people: People
  clock: Clock
  log: Logger
  /** Tells somebody why the agents did not get a message. */
  tell(identity: string, text: string): void
}

/** What people write in a LiveKit room, as chat of the hub's room. */
export function createChat({ connected, room, people, clock, log, tell }: ChatDeps) {
  /** Messages that the log does not have yet, by sender and text: when they come, LiveKit has them already. */
  const underWay = new Map<string, number>()
  const bySender = new Map<string, number>()
  /** Who knows that they write too much; told again once all of it is through. */
  const told = new Set<string>()

  connected.registerTextStreamHandler(CHAT_TOPIC, (reader, { identity }) => {
    read(reader, identity).catch((err) => log.warn({ err }, 'a message of LiveKit was not taken'))
  })

  return {
    isEcho({ actor, data, to }: RoomEventOf<'chat.message'>): boolean {
      return to === undefined && change(underWay, keyOf(actor.id, data.text), -1)
    },
    close: () => connected.unregisterTextStreamHandler(CHAT_TOPIC),
  }

  async function read(reader: TextStreamReader, identity: string): Promise<void> {
    if ((bySender.get(identity) ?? 0) >= MAX_UNDER_WAY) {
      if (!told.has(identity))
        tell(identity, 'You write faster than the agents can read. They miss some of it.')
      told.add(identity)
      return reader.close()
    }
    change(bySender, identity, 1)
    let late = false
    const cancel = clock.after(COMPLETE_MS, () => {
      late = true
      void reader.close()
    })
    try {
      const person = await senderOf(identity)
      // agents are not people, and what is never read must be closed
      if (!person) return await reader.close()
      const text = await reader.readAll()
      await person.arriving
      // a part of it is not what they said
      if (!late) await write(person, text)
    } finally {
      cancel()
      change(bySender, identity, -1)
      if (!bySender.has(identity)) told.delete(identity)
    }
  }

  /** LiveKit tells of who comes and publishes nothing only after what they write at once. */
  async function senderOf(identity: string): Promise<Present | undefined> {
    for (let waited = 0; waited < KNOWN_MS; waited += LOOK_MS) {
      if (connected.remoteParticipants.has(identity)) break
      await sleep(clock, LOOK_MS)
    }
    return people.byIdentity(identity)
  }

  async function write({ principal, userId, participant }: Present, said: string): Promise<void> {
    const parsed = commands['chat.send'].shape.text.safeParse(said)
    if (!parsed.success) return
    const text = parsed.data
    const key = keyOf(userId, text)
    change(underWay, key, 1)
    try {
      await room.once(principal, undefined, () => room.chat(principal, { room: room.name, text }))
    } catch (error) {
      change(underWay, key, -1)
      if (!(error instanceof HubError)) throw error
      tell(participant.identity, `The agents did not get your message. ${error.message}`)
    }
  }
}

/** Counts up or down; whether there was something to count. */
function change(counts: Map<string, number>, key: string, by: number): boolean {
  const before = counts.get(key) ?? 0
  const after = Math.max(0, before + by)
  if (after === 0) counts.delete(key)
  else counts.set(key, after)
  return before > 0
}
