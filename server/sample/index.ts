/**
 * Plays the sample meeting into a fresh room of whoever asks, so that a newcomer sees the product work.
 * Nothing is pretended: its people are guests with tokens for that room alone, each on a connection of
 * its own over the hub's public socket, and the agents hear them as they hear everyone.
 */
import { HubError, type Principal, type SampleView } from '#protocol'
import { type PlayPerson, playMeeting, readSampleMeeting } from '#protocol/sample'
import type { Bus, Rooms } from '#rooms'
import type { Auth } from '../auth/index.ts'
import type { Logger } from '../log.ts'

interface Deps {
  rooms: Pick<Rooms, 'create'>
  bus: Pick<Bus, 'subscribe'>
  auth: Pick<Auth, 'mintToken'>
  log: Logger
  nextId: () => string
}

export interface SamplePlayer {
  /**
   * Makes the room, and plays on after this has returned. Whoever closes or deletes the room ends it.
   *
   * @param url where this hub can be reached
   * @throws HubError `forbidden` where the hub signs no tokens of its own or the user may own no rooms,
   * `conflict` while one is played for the user, `rate_limited` while many are played
   */
  start(principal: Principal, speed: number, url: string): Promise<SampleView>
  /** Ends all that are played. */
  stop(): Promise<void>
}

/** Played at once by one hub: each has six connections. */
const AT_ONCE = 5
/** How long the guests' tokens are good, hours: longer than the meeting at its slowest. */
const GUEST_HOURS = 0.5

export function createSamplePlayer({ rooms, bus, auth, log, nextId }: Deps): SamplePlayer {
  const meeting = readSampleMeeting()
  const title = meeting.title ?? 'Sample meeting'
  const playing = new Map<string, { room: string; stop: AbortController; done: Promise<void> }>()

  // of a room that is deleted its guests hear nothing more
  bus.subscribe((signal) => {
    if (signal.kind !== 'erased') return
    for (const { room, stop } of playing.values()) if (room === signal.room.name) stop.abort()
  })

  async function run(room: string, speed: number, url: string, stop: AbortController) {
    await playMeeting({
      ...{ url, room, meeting, speed, signal: stop.signal },
      tokenFor: (person) => guestToken(room, person),
      onEvent: ({ type }) => {
        if (type === 'room.closed') stop.abort()
      },
    })
  }

  function guestToken(room: string, { id, name, rights }: PlayPerson): Promise<string> {
    if (auth.mintToken === undefined) throw cannot()
    const rooms = { [room]: rights }
    return auth.mintToken({ userId: id, name, role: 'user', rooms, hours: GUEST_HOURS })
  }

  return {
    async start(principal, speed, url) {
      const { userId } = principal
      if (auth.mintToken === undefined) throw cannot()
      const mine = playing.get(userId)
      if (mine !== undefined)
        throw new HubError('conflict', `It is being played for you already, in “${mine.room}”.`, {
          details: { room: mine.room },
        })
      if (playing.size >= AT_ONCE)
        throw new HubError('rate_limited', 'Others are watching it now. Try again in a minute.', {
          details: { retry_in_ms: 60_000 },
        })
      const room = `${title} · sample ${nextId().slice(0, 6)}`
      const stop = new AbortController()
      const made = rooms.create(principal, room, {})
      const play = () =>
        run(room, speed, url, stop).catch((err) => {
          if (!stop.signal.aborted) log.warn({ err }, 'the sample meeting broke off')
        })
      // who asked is told when the room cannot be made
      const done = made.then(play, () => {}).finally(() => playing.delete(userId))
      // before anything is awaited: two requests at once are one meeting
      playing.set(userId, { room, stop, done })
      await made.catch((error: unknown) => {
        if (!(error instanceof HubError) || error.code !== 'not_found') throw error
        throw new HubError(
          'forbidden',
          'Your token is for certain rooms only, so you can make none.',
        )
      })
      return { room, title, speed, turns: meeting.turns.length }
    },
    async stop() {
      const all = [...playing.values()]
      for (const { stop } of all) stop.abort()
      await Promise.all(all.map(({ done }) => done))
    },
  }
}

function cannot(): HubError {
  return new HubError(
    'forbidden',
    'This hub cannot play the sample meeting: an identity provider signs its tokens. Use npm run replay with tokens of your own.',
  )
}
