import { AccessToken } from 'livekit-server-sdk'
import type { LiveKitAccess } from '../media/livekit/types.ts'

/** How long a person may take to use it; LiveKit renews it while they are in. */
const TTL = '10m'

/**
 * The token by which a person of the hub joins the LiveKit room. Everything that a participant may do: what a
 * moderator took from them is taken again when they come, so that undo knows what to give back.
 */
export function accessToken(
  { apiKey, apiSecret }: LiveKitAccess,
  { room, identity, name }: { room: string; identity: string; name: string },
): Promise<string> {
  const token = new AccessToken(apiKey, apiSecret, { identity, name, ttl: TTL })
  token.addGrant({
    roomJoin: true,
    room,
    canPublish: true,
    canSubscribe: true,
    canPublishData: true,
    // opting out of transcription is an attribute of one's own
    canUpdateOwnMetadata: true,
  })
  return token.toJwt()
}
