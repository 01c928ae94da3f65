import type { RemoteParticipant } from '@livekit/rtc-node'
import { type Principal, personName } from '#protocol'
import type { Rtc } from './rtc.ts'

/** Set to `off` by a participant who is not to be transcribed, to `on` by one who is again. */
export const TRANSCRIPTION = 'aura.transcription'
/** Set on an avatar that speaks for an agent. */
const ON_BEHALF = 'lk.publish_on_behalf'

/**
 * Agents and recorders are none, and neither is what lends its face to an agent that is there. To say so of oneself is
 * not enough: people could be heard by everybody but the hub.
 */
export function isPerson(
  { ParticipantKind }: Pick<Rtc, 'ParticipantKind'>,
  { kind, attributes }: Pick<RemoteParticipant, 'kind' | 'attributes'>,
  others: ReadonlyMap<string, Pick<RemoteParticipant, 'kind'>>,
): boolean {
  if (kind === ParticipantKind.AGENT || kind === ParticipantKind.EGRESS) return false
  return others.get(attributes[ON_BEHALF] ?? '')?.kind !== ParticipantKind.AGENT
}

/** What they are called in the hub: names of LiveKit may be empty, long, or hold anything. */
export function nameOf({ name, identity }: { name?: string | undefined; identity: string }) {
  for (const wanted of [name ?? '', identity]) {
    const clean = [...wanted.toWellFormed().replaceAll(/\p{Cc}+/gu, ' ')].slice(0, 100).join('')
    const parsed = personName.safeParse(clean)
    if (parsed.success) return parsed.data
  }
  return 'Guest'
}

/** Who may join a LiveKit room may join the hub's: that is all that being there says of them. */
export function principalOf(room: string, userId: string, name: string): Principal {
  return {
    userId,
    name,
    role: 'user',
    rooms: { [room]: ['join'] },
    expiresAt: Number.MAX_SAFE_INTEGER,
  }
}
