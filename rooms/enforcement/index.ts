/**
 * Keeps moderation true in LiveKit rooms: who is muted cannot be heard or write there, who is removed is out, also when
 * they come again, and both end when the restriction does. The rows of restrictions are the truth; this makes LiveKit
 * follow them. May import #protocol and what rooms/ is made of.
 */
import { RoomServiceClient } from 'livekit-server-sdk'
import type { Logger } from 'pino'
import type { RoomEvent } from '#protocol'
import type { Clock } from '../clock.ts'
import { createIdentities } from '../media/livekit/identity.ts'
import type { LiveKitAccess, LiveKitMedia } from '../media/livekit/types.ts'
import type { Bus, Room } from '../types.ts'
import { createEnds } from './ends.ts'
import { createKeeper } from './keeper.ts'
import { privately, SPEAK_AGAIN, wordsOf } from './notices.ts'
import { createLiveKitParticipants, isGone } from './participants.ts'
import { BEFORE_MUTE, createSeals } from './seal.ts'
import { createWatch } from './watch.ts'

/** A request that takes longer is made again, seconds. */
const REQUEST_TIMEOUT_SECONDS = 3

export interface EnforcementDeps {
  media: Pick<LiveKitMedia, 'entered' | 'people' | 'onPerson'>
  bus: Bus
  clock: Clock
  log: Logger
  livekit: LiveKitAccess
}

/** Starts to keep restrictions; rooms that are opened from now on are seen. */
export function createLiveKitEnforcement({ media, bus, clock, log, livekit }: EnforcementDeps) {
  const { url, apiKey, apiSecret } = livekit
  const participants = createLiveKitParticipants({
    service: new RoomServiceClient(url, apiKey, apiSecret, {
      requestTimeout: REQUEST_TIMEOUT_SECONDS,
    }),
    seals: createSeals(apiSecret),
    now: clock.now,
  })
  const identities = createIdentities(apiSecret)
  const live = new Set<Room>()
  const keeper = createKeeper({ clock, log }, attempt)
  const ends = createEnds(clock, changed)
  const watch = createWatch({
    ...{ clock, log, look },
    wanted: (room) => live.has(room) && room.restricted().length > 0,
  })

  const unsubscribe = bus.subscribe((signal) => {
    const { room } = signal
    if (signal.kind === 'restricted') changed(room, signal.target)
    if (signal.kind === 'opened') {
      live.add(room)
      for (const { target } of room.restricted()) ends.watch(room, target)
      watch.start(room)
    }
    if (signal.kind === 'released' || signal.kind === 'erased') {
      live.delete(room)
      ends.forget(room)
    }
    if (signal.kind === 'events') for (const event of signal.events) tell(room, event)
  })

  const ignore = media.onPerson((room, { userId, attributes }) => {
    const restricted = room.restricted().some(({ target }) => target === userId)
    // muted by a hub that did not live to see the end of it
    if (restricted || attributes[BEFORE_MUTE] !== undefined) keeper.keep(room, userId)
  })

  function changed(room: Room, userId: string) {
    ends.watch(room, userId)
    keeper.keep(room, userId)
    watch.start(room)
  }

  /** Finds who is in a room otherwise than they may be. */
  async function look(room: Room): Promise<void> {
    if (media.entered(room.name) === undefined) return
    const found = await participants.list(room.name)
    const restricted = room.restricted()
    for (const { identity, muted } of found) {
      const userId = identities.personOf(room.name, identity)
      const amiss = restricted.some(
        ({ target, kind }) => target === userId && !(kind === 'muted' && muted),
      )
      if (amiss) keeper.keep(room, userId)
    }
  }

  /** Under which identities somebody may be there: known or not, since LiveKit tells late of who comes. */
  async function attempt(room: Room, userId: string): Promise<void> {
    if (!live.has(room)) return
    const here = media.people(room.name).filter((person) => person.userId === userId)
    const inLiveKit = media.entered(room.name) !== undefined || room.view().media === 'livekit'
    const names = new Set(here.map(({ identity }) => identity))
    if (inLiveKit) names.add(identities.identityIn(room.name, userId))
    await Promise.all([...names].map((identity) => enforce(room, userId, identity)))
  }

  async function enforce(room: Room, userId: string, identity: string): Promise<void> {
    const held = room.restricted().filter(({ target }) => target === userId)
    try {
      if (held.some(({ kind }) => kind === 'removed'))
        await participants.remove(room.name, identity)
      else if (held.length > 0) await participants.mute(room.name, identity)
      else if (await participants.free(room.name, identity)) say(room, userId, SPEAK_AGAIN)
    } catch (error) {
      if (!isGone(error)) throw error
    }
  }

  /**
   * The policy tells people itself what it does. A moderator's action is shown by pages that know the hub, not by others.
   */
  function tell(room: Room, event: RoomEvent) {
    if (event.type !== 'moderation.acted') return
    const { target, case: caseId } = event.data
    const words = wordsOf(event)
    if (
      caseId === undefined ||
      words === undefined ||
      !media.people(room.name).some(({ userId }) => userId === target)
    )
      return
    room
      .caseOf(caseId)
      .then((view) => view?.stage === 'person' && say(room, target, words))
      .catch(notTold)
  }

  function say(room: Room, to: string, text: string) {
    room.append([privately(to, text)]).catch(notTold)
  }

  function notTold(err: unknown) {
    log.warn({ err }, 'somebody was not told of what was done about them')
  }

  return {
    stop() {
      unsubscribe()
      ignore()
      ends.stop()
      keeper.stop()
      watch.stop()
    },
  }
}
