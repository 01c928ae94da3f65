import type { HubServer } from './types.ts'

/** Clients come back spread over this time, so that the next node is not stormed. */
const SPREAD_MS = 5_000
const SOONEST_MS = 500

/** Tells each socket that the node stops, and when to come back: each at another time. */
export function drainSockets(
  io: HubServer,
  { clock, random }: { clock: () => number; random: () => number },
): void {
  for (const socket of io.of('/').sockets.values())
    socket.emit('event', {
      // it is about the connection, and so about no room
      room: '',
      epoch: 0,
      at: clock(),
      type: 'server.draining',
      actor: { id: 'system', name: 'AuraLink', kind: 'system' },
      data: { reconnect_in_ms: Math.round(SOONEST_MS + random() * SPREAD_MS) },
    })
}
