/**
 * Who is asking: verifies tokens (the app's, an identity provider's, LiveKit's), and mints the app's own
 * when their secret is the hub's. Knows nothing of rooms.
 */
import type { Principal } from '#protocol'
import type { Config } from '../config.ts'
import { mintToken, type TokenRequest } from './mint.ts'
import { localSecret } from './secret.ts'
import { createVerifier } from './verify.ts'

export { grants } from './claims.ts'
export type { TokenRequest } from './mint.ts'

export interface Auth {
  /** Throws `unauthenticated`, `token_expired`, or `degraded` when the identity provider is away. */
  verifyToken(token: unknown): Promise<Principal>
  /** Absent when an identity provider signs the tokens. */
  mintToken?: (request: TokenRequest) => Promise<string>
  /** Whether the secret is the hub's own: nothing was configured, and whoever starts it is its user. */
  local: boolean
}

export type AuthConfig = Pick<Config, 'dataDir' | 'auth' | 'livekit'>

/** The folder `dataDir` must exist. */
export function createAuth(config: AuthConfig, clock: () => number = Date.now): Auth {
  const { secret: configured, jwksUrl, issuer, audience } = config.auth
  const common = { issuer, audience, clock }
  // With an identity provider the app signs nothing, unless it was given a secret.
  const local = configured === undefined && jwksUrl === undefined
  const secret = local ? localSecret(config.dataDir) : configured
  return {
    local,
    verifyToken: createVerifier({
      signers: { secret, jwksUrl },
      livekit: config.livekit,
      ...common,
    }),
    ...(secret === undefined
      ? {}
      : { mintToken: (request) => mintToken(request, { secret, ...common }) }),
  }
}
