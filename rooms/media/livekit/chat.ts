import type { Room as RtcRoom, TextStreamReader } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import { commands, HubError, type RoomEventOf } from '#protocol'
import type { Room } from '#rooms'
import type { People } from './people.ts'
import { CHAT_TOPIC } from './texts.ts'

/** How many messages of one person may be on their way into the log; what comes beyond is refused. */
const MAX_UNDER_WAY = 20

export interface ChatDeps {
  connected: RtcRoom
  room: Room
  people: People
  log: Logger
  /** Tells somebody why the agents did not get a message. */
  tell(identity: string, text: string): void
}

/** What people write in a LiveKit room, as chat of the hub's room. */
export function createChat({ connected, room, people, log, tell }: ChatDeps) {
  /** Messages that the log does not have yet, by sender and text: when they come, LiveKit has them already. */
  const underWay = new Map<string, number>()
  const bySender = new Map<string, number>()

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
    const person = people.byIdentity(identity)
    // agents are not people, and what is never read must be closed
    if (!person) return reader.close()
    const parsed = commands['chat.send'].shape.text.safeParse(await reader.readAll())
    await person.arriving
    if (!parsed.success) return
    const text = parsed.data
    const { userId, principal } = person
    const key = keyOf(userId, text)
    if ((bySender.get(userId) ?? 0) >= MAX_UNDER_WAY) return
    change(bySender, userId, 1)
    change(underWay, key, 1)
    try {
      await room.once(principal, undefined, () => room.chat(principal, { room: room.name, text }))
    } catch (error) {
      change(underWay, key, -1)
      if (!(error instanceof HubError)) throw error
      tell(identity, `The agents did not get your message. ${error.message}`)
    } finally {
      change(bySender, userId, -1)
    }
  }
}

function keyOf(userId: string, text: string): string {
  return `${userId}\n${text}`
}

/** Counts up or down; whether there was something to count. */
function change(counts: Map<string, number>, key: string, by: number): boolean {
  const before = counts.get(key) ?? 0
  const after = Math.max(0, before + by)
  if (after === 0) counts.delete(key)
  else counts.set(key, after)
  return before > 0
}
