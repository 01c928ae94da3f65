import { createHmac, timingSafeEqual } from 'node:crypto'

/** How much of the HMAC an identity holds, bytes. */
const MAC_BYTES = 16

/**
 * Who somebody in a LiveKit room is in the hub, and the other way round. Whoever holds the key of LiveKit chooses
 * identities freely, so an identity alone makes a guest of that one room. One that the hub made for a signed-in user
 * proves so by an HMAC, and is that user.
 */
export function createIdentities(apiSecret: string) {
  const macOf = (user: string) =>
    createHmac('sha256', apiSecret).update(`identity:${user}`).digest().subarray(0, MAC_BYTES)

  function signedIn(identity: string): string | undefined {
    const [prefix, user, mac, ...rest] = identity.split('.')
    if (prefix !== 'hub' || user === undefined || mac === undefined || rest.length > 0)
      return undefined
    const given = Buffer.from(mac, 'base64url')
    if (given.length !== MAC_BYTES || !timingSafeEqual(given, macOf(user))) return undefined
    return Buffer.from(user, 'base64url').toString()
  }

  return {
    /** The user id of a participant of the LiveKit room `room`. */
    personOf: (room: string, identity: string): string =>
      signedIn(identity) ?? `lk:${room}:${identity}`,

    /** The identity under which a signed-in user joins LiveKit rooms. */
    identityOf(userId: string): string {
      const user = Buffer.from(userId).toString('base64url')
      return `hub.${user}.${macOf(user).toString('base64url')}`
    },

    /** The identity that a user has in a LiveKit room, or would have. */
    identityIn(room: string, userId: string): string {
      const guests = `lk:${room}:`
      return userId.startsWith(guests) ? userId.slice(guests.length) : this.identityOf(userId)
    },
  }
}

export type Identities = ReturnType<typeof createIdentities>
