import { AccessToken } from 'livekit-server-sdk'
import { agentIdentity } from './identity.ts'

/** How long the agents may take to use their token; LiveKit renews it while they are in. */
const TTL = '1h'

export interface AgentTokenOptions {
  apiKey: string
  apiSecret: string
  room: string
  sid: string
  /** What the agents are called. */
  name: string
}

/**
 * The token by which the agents join a room: as kind AGENT, so that LiveKit does not count them as somebody who keeps
 * the room open.
 */
export function agentToken({ apiKey, apiSecret, room, sid, name }: AgentTokenOptions) {
  const token = new AccessToken(apiKey, apiSecret, {
    identity: agentIdentity(sid),
    name,
    ttl: TTL,
    attributes: { 'lk.agent.state': 'initializing' },
  })
  token.kind = 'agent'
  token.addGrant({
    roomJoin: true,
    room,
    agent: true,
    canPublish: true,
    canPublishData: true,
    canSubscribe: true,
    canUpdateOwnMetadata: true,
  })
  return token.toJwt()
}
