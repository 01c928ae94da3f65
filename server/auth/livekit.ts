import type { JWTPayload } from 'jose'
import { z } from 'zod'
import { HubError, type Principal, roomName } from '#protocol'
import { expiryOf, grants, nameOf } from './claims.ts'

const Access = z.object({
  sub: z.string().min(1),
  video: z.object({
    room: roomName,
    roomJoin: z.boolean().optional(),
    roomAdmin: z.boolean().optional(),
  }),
})

/**
 * The guest that a verified LiveKit access token makes: one room, and an id that no user can have.
 *
 * @throws HubError `unauthenticated` when the token lets nobody into a room
 */
export function toGuest(payload: JWTPayload): Principal {
  const access = Access.safeParse(payload)
  if (!access.success)
    throw new HubError('unauthenticated', 'The LiveKit token must name a room and an identity.')
  const { sub, video } = access.data
  if (!video.roomJoin && !video.roomAdmin)
    throw new HubError(
      'unauthenticated',
      'The LiveKit token grants neither roomJoin nor roomAdmin.',
    )
  if (/\p{Cc}/u.test(sub) || !sub.isWellFormed())
    throw new HubError('unauthenticated', "The LiveKit token's identity has control characters.")
  // what the hub makes of such an identity in a LiveKit room is nobody's name here
  if (sub.startsWith('b64~'))
    throw new HubError('unauthenticated', "The LiveKit token's identity begins with `b64~`.")
  return {
    userId: `lk:${video.room}:${sub}`,
    role: 'user',
    expiresAt: expiryOf(payload),
    ...nameOf(payload.name ?? sub.slice(0, 100)),
    rooms: grants([[video.room, video.roomAdmin ? ['moderate'] : ['join']]]),
  }
}
