import { createHmac, timingSafeEqual } from 'node:crypto'

/** An identity that no user id can hold as it is follows in base64url; so does one that begins like this itself. */
const ENCODED = 'b64~'

/**
 * Of the agents in a LiveKit room, by its sid: the same whoever asks for them and whichever node it is, so that a stale
 * visit of theirs is evicted.
 */
export const agentIdentity = (sid: string) => `aura-${sid}`

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
    const userId = Buffer.from(user, 'base64url').toString()
    // base64url can be written in several ways: whoever is kept out must not come back by another
    return identityOf(userId) === identity ? userId : undefined
  }

  function identityOf(userId: string): string {
    const user = Buffer.from(userId).toString('base64url')
    return `hub.${user}.${macOf(user).toString('base64url')}`
  }

  return {
    /** The user id of a participant of the LiveKit room `room`. */
    personOf: (room: string, identity: string): string =>
      signedIn(identity) ?? `lk:${room}:${asId(identity)}`,

    /** The identity under which a signed-in user joins LiveKit rooms. */
    identityOf,

    /** The identity that a user has in a LiveKit room, or would have. */
    identityIn(room: string, userId: string): string {
      const guests = `lk:${room}:`
      if (!userId.startsWith(guests)) return identityOf(userId)
      const id = userId.slice(guests.length)
      return id.startsWith(ENCODED)
        ? Buffer.from(id.slice(ENCODED.length), 'base64url').toString()
        : id
    },
  }
}

export type Identities = ReturnType<typeof createIdentities>

/** LiveKit takes control characters in identities. A person who has some must be one who can be muted all the same. */
function asId(identity: string): string {
  if (!/\p{Cc}/u.test(identity) && !identity.startsWith(ENCODED)) return identity
  return `${ENCODED}${Buffer.from(identity).toString('base64url')}`
}
