import {
  type BlankEvent,
  type EphemeralEvent,
  isPublic,
  type PendingEvent,
  type Reader,
  type RoomEvent,
  render,
  type View,
  visible,
} from '#protocol'
import type { Bus, Room, RoomSignal } from '#rooms'
import type { Metrics } from '../metrics.ts'
import { closeSocket } from './close.ts'
import { type Desks, deskOf } from './desks.ts'
import { type Readers, readersOf } from './readers.ts'
import { traceFanout } from './tracing.ts'
import type { HubServer } from './types.ts'

/** Adapter room of the sockets that are spared ephemeral events. */
export const LAGGING = 'lagging'
/** Tombstones that are sent before others get their turn. */
const AT_ONCE = 100

interface Deps {
  io: HubServer
  bus: Bus
  readers: Readers
  desks: Desks
  metrics: Metrics
}

/**
 * Brings what rooms signal to their readers' sockets: each event is encoded once for all who see it
 * alike, and a signal is written out before the next is looked at, so seqs arrive in order.
 *
 * @returns what ends it
 */
export function startFanout({ io, bus, readers, desks, metrics }: Deps): () => void {
  return bus.subscribe((signal) => {
    const { room } = signal
    switch (signal.kind) {
      case 'events':
        events(signal)
        break
      case 'pending':
        pending(room, signal.event)
        break
      case 'ephemeral':
        ephemeral(room, signal.event)
        break
      case 'detached':
        for (const id of signal.connections) {
          const socket = io.of('/').sockets.get(id)
          if (socket) readers.remove(room, socket)
        }
        break
      case 'redacted':
        void tombstones(room, signal.tombstones)
        break
      case 'rights':
        readers.renew(room)
        desks.renew(room)
        break
      case 'opened':
        metrics.rooms.inc()
        desks.renew(room)
        break
      case 'released':
        metrics.rooms.dec()
        // Lost to another node: who reads on must connect again, and join where the room is now.
        for (const { socket } of readers.of(room)) {
          readers.remove(room, socket)
          closeSocket(socket, 'draining')
        }
        break
    }
  })

  function events({ room, events, contexts }: Extract<RoomSignal, { kind: 'events' }>): void {
    const startedAt = performance.now()
    for (const event of events) {
      const at = contexts?.get(event.seq)
      if (at) traceFanout(at, room, event, () => durable(room, event))
      else durable(room, event)
    }
    metrics.fannedOut(performance.now() - startedAt)
  }

  function durable(room: Room, event: RoomEvent): void {
    metrics.events.inc({ kind: 'durable' })
    if (isPublic(event)) {
      io.to(readersOf(room)).emit('event', event)
      return
    }
    for (const [view, ids] of byView(room, event)) io.to(ids).emit('event', render(event, view))
    if (event.type.startsWith('moderation.'))
      io.to(deskOf(room)).except(readersOf(room)).emit('event', event)
  }

  /**
   * They come once more, at their old seqs: a few at a time, since whole meetings may be erased. Desks are told, too:
   * a case goes with what it is about.
   */
  async function tombstones(room: Room, events: readonly BlankEvent[]): Promise<void> {
    for (const [index, event] of events.entries()) {
      io.to([readersOf(room), deskOf(room)]).emit('event', event)
      if (index % AT_ONCE === AT_ONCE - 1) await new Promise((resolve) => setImmediate(resolve))
    }
  }

  function pending(room: Room, event: PendingEvent): void {
    metrics.events.inc({ kind: 'pending' })
    if (isPublic(event)) {
      io.to(readersOf(room)).emit('event', event)
      return
    }
    const ids = byView(room, event).get('full')
    if (ids) io.to(ids).emit('event', event)
  }

  function ephemeral(room: Room, event: EphemeralEvent): void {
    metrics.events.inc({ kind: 'ephemeral' })
    const to = addressees(room, event)
    // to nobody would be to everybody
    if (to.length > 0) io.to(to).except(LAGGING).emit('event', event)
  }

  /** The adapter rooms and sockets that an ephemeral event is for. */
  function addressees(room: Room, event: EphemeralEvent): string[] {
    const those = (who: (reader: Reader) => boolean) =>
      readers.of(room).flatMap(({ socket, reader }) => (who(reader) ? [socket.id] : []))
    if (event.type === 'moderation.claimed')
      return [deskOf(room), ...those(({ moderates }) => moderates)]
    return event.to === undefined ? [readersOf(room)] : those(({ userId }) => userId === event.to)
  }

  /** The sockets of a room by what they may see of an event. */
  function byView(room: Room, event: RoomEvent | PendingEvent): Map<View, string[]> {
    const settings = { moderatorsSeePrivate: room.settings.moderators_see_private }
    const groups = new Map<View, string[]>()
    for (const { socket, reader } of readers.of(room)) {
      const view = visible(event, reader, settings)
      const ids = groups.get(view)
      if (ids) ids.push(socket.id)
      else groups.set(view, [socket.id])
    }
    return groups
  }
}
