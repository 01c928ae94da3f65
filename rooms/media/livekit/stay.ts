import type { Room as RtcRoom } from '@livekit/rtc-node'
import type { Logger } from 'pino'
import type { Clock, Room, RoomMedia, RoomSignal } from '#rooms'
import { createChat } from './chat.ts'
import { tellGap } from './gap.ts'
import type { Identities } from './identity.ts'
import { createPeople } from './people.ts'
import { disconnect, type Rtc } from './rtc.ts'
import { createState } from './state.ts'
import { createTexts } from './texts.ts'
import type { LiveKitPerson } from './types.ts'
import { createVoice } from './voice.ts'

export interface StayDeps {
  rtc: Rtc
  connected: RtcRoom
  room: Room
  identities: Identities
  clock: Clock
  log: Logger
  nextId: () => string
  onPerson(person: LiveKitPerson): void
}

/** The agents in a LiveKit room, from being connected to being disconnected. */
export function createStay(deps: StayDeps) {
  const { rtc, connected, room, identities, clock, log } = deps
  const greeted = new Set<string>()
  let closed = false

  const people = createPeople({
    ...{ rtc, connected, room, identities, clock, log, nextId: deps.nextId },
    onPerson: deps.onPerson,
    onChange: changed,
  })
  const chat = createChat({
    ...{ connected, room, people, clock, log },
    tell: (identity, text) => texts.tell(identity, text),
  })
  const voice = createVoice({ rtc, connected, clock, log })
  const texts = createTexts({
    ...{ connected, room, identities, people, log },
    isEcho: chat.isEcho,
    voiceTrack: voice.sid,
  })
  const state = createState({ connected, room, log, optedOut: people.optedOut })
  const media: RoomMedia = {
    hasListeners: () => people.list().length > 0,
    openVoice: () => voice.open(),
  }

  /** Since when LiveKit is not reached, and whether somebody was there then. */
  let lost: { at: number; heard: boolean } | undefined
  connected
    .on('reconnecting', () => {
      lost ??= { at: clock.now(), heard: people.here().length > 0 }
    })
    .on('reconnected', () => {
      people.look()
      state.refresh()
      if (lost?.heard) {
        const reason = 'LiveKit could not be reached'
        tellGap(deps, { from: lost.at, to: clock.now(), reason })
      }
      lost = undefined
    })
  people.look()
  state.refresh()

  return {
    media,
    people: people.list,
    /** Since when somebody who is here was not heard any more, of a connection that ends now. */
    unheardSince(): number | undefined {
      if (lost) return lost.heard ? lost.at : undefined
      return people.here().length > 0 ? clock.now() : undefined
    },

    signal(signal: RoomSignal): void {
      if (closed) return
      switch (signal.kind) {
        case 'events':
          for (const event of signal.events) {
            texts.event(event)
            if (event.type === 'participant.updated') people.look()
          }
          break
        case 'ephemeral':
          texts.ephemeral(signal.event)
          if (signal.event.type === 'agent.state') state.refresh()
          break
        case 'detached':
          people.detached(signal.connections, signal.reason)
          break
        case 'restricted':
          people.look()
          break
      }
    },

    async close(): Promise<void> {
      if (closed) return
      closed = true
      people.close()
      chat.close()
      state.close()
      await texts.close()
      await voice.close()
      await disconnect(connected, clock)
    },
  }

  function changed(): void {
    if (closed) return
    state.refresh()
    const here = people.list()
    if (here.length > 0 && room.settings.voice) voice.prepare()
    for (const { sid, identity } of here)
      if (!greeted.has(sid)) {
        greeted.add(sid)
        texts.summary(identity)
      }
    const sids = new Set(here.map(({ sid }) => sid))
    for (const sid of greeted) if (!sids.has(sid)) greeted.delete(sid)
  }
}

export type Stay = ReturnType<typeof createStay>
