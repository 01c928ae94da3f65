/**
 * LiveKit rooms as media of the hub's rooms: the agents join them by rtc-node, people there are people of the room, what
 * they say is heard, and what the room says reaches them as text and voice. May import #rooms and #protocol.
 */
export { createIdentities, type Identities } from './identity.ts'
export { createLiveKitMedia } from './media.ts'
export type * from './types.ts'
