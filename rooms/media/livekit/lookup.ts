import { RoomServiceClient } from 'livekit-server-sdk'
import type { LiveKitAccess } from './types.ts'

/** How long LiveKit may take to answer, seconds. */
const WITHIN_SECONDS = 5

/** Asks LiveKit for the sid of the room of a name: undefined when there is none. Rejects when LiveKit is away. */
export function createLookup({ url, apiKey, apiSecret }: LiveKitAccess) {
  const client = new RoomServiceClient(url, apiKey, apiSecret, { requestTimeout: WITHIN_SECONDS })
  return async function sidOf(name: string): Promise<string | undefined> {
    const [found] = await client.listRooms([name])
    return found?.sid
  }
}
