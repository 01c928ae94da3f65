import { WebhookReceiver } from 'livekit-server-sdk'
import { HubError } from '#protocol'
import type { LiveKitAccess } from '../media/livekit/types.ts'
import type { Stays } from './stays.ts'

/** LiveKit repeats an event until it is answered; of so many it is known that they came. */
const REMEMBERED = 1_000
/** After these the room is there, so that agents belong in it. */
const SIGNS_OF_LIFE = new Set(['room_started', 'participant_joined', 'track_published'])

interface Deps {
  livekit: Pick<LiveKitAccess, 'apiKey' | 'apiSecret'>
  stays: Pick<Stays, 'arrive' | 'over' | 'all'>
  /** The sid of the LiveKit room of that name now. */
  sidOf(name: string): Promise<string | undefined>
}

/** What LiveKit tells of its rooms by HTTP: a second way to learn of what the worker was not told. */
export function createWebhooks({ livekit: { apiKey, apiSecret }, stays, sidOf }: Deps) {
  const receiver = new WebhookReceiver(apiKey, apiSecret)
  const seen = new Set<string>()

  /**
   * @param body as it came, byte for byte: the signature is over it
   * @throws HubError `unauthenticated` when LiveKit did not sign it, `malformed`
   */
  return async function receive(body: string, authorization: string | undefined): Promise<void> {
    const event = await verified(body, authorization)
    if (event.id !== '' && seen.has(event.id)) return
    const { room } = event
    if (room && room.name !== '' && room.sid !== '') {
      if (event.event === 'room_finished') await stays.over(room.name, room.sid)
      else if (SIGNS_OF_LIFE.has(event.event) && (await isThere(room)))
        await stays.arrive({ name: room.name, sid: room.sid }, 'itself')
    }
    // only now: what failed may come again
    seen.add(event.id)
    for (const id of seen) {
      if (seen.size <= REMEMBERED) break
      seen.delete(id)
    }
  }

  /** What comes late may tell of a room that is over, while the agents are in the one after it. */
  async function isThere({ name, sid }: { name: string; sid: string }): Promise<boolean> {
    return stays.all().some((stay) => stay.sid === sid) || (await sidOf(name)) === sid
  }

  async function verified(body: string, authorization: string | undefined) {
    try {
      return await receiver.receive(body, authorization)
    } catch (cause) {
      if (cause instanceof SyntaxError)
        throw new HubError('malformed', 'This is no webhook of LiveKit.', { cause })
      throw new HubError(
        'unauthenticated',
        "LiveKit did not sign this: the `api_key` of its webhooks must be the hub's LIVEKIT_API_KEY, and nothing between them may change the body.",
        { cause },
      )
    }
  }
}
