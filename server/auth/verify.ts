import {
  createRemoteJWKSet,
  decodeJwt,
  decodeProtectedHeader,
  errors,
  type JWTPayload,
  type JWTVerifyOptions,
  jwtVerify,
} from 'jose'
import { HubError, type Principal } from '#protocol'
import { toPrincipal } from './claims.ts'
import { toGuest } from './livekit.ts'

/** Who signs the tokens of users: the app by a shared secret, an identity provider, or each its own. */
interface Signers {
  secret?: string | undefined
  jwksUrl?: string | undefined
}

export interface VerifierOptions {
  signers: Signers
  issuer?: string | undefined
  audience?: string | undefined
  livekit?: { apiKey: string; apiSecret: string } | undefined
  clock: () => number
}

/** Tolerated difference between our clock and the issuer's, seconds. */
const TOLERANCE = 5
const EXPIRED = 'The token has ended. Get a new one.'
const MAX_TOKEN_LENGTH = 16_384
const ASYMMETRIC = [
  ...['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512'],
  ...['ES256', 'ES384', 'ES512', 'EdDSA', 'Ed25519'],
]

type Check = (token: string) => Promise<JWTPayload>

/**
 * @returns a function that turns a token into its bearer. It throws `unauthenticated`, `token_expired`,
 * or `degraded` when the identity provider does not answer.
 */
export function createVerifier({ signers, issuer, audience, livekit, clock }: VerifierOptions) {
  const claims = {
    requiredClaims: ['exp', 'sub'],
    clockTolerance: TOLERANCE,
  }
  const expected = {
    ...claims,
    ...(issuer === undefined ? {} : { issuer }),
    ...(audience === undefined ? {} : { audience }),
  }
  const bySecret = signers.secret === undefined ? undefined : shared(signers.secret, expected)
  const byProvider = signers.jwksUrl === undefined ? undefined : remote(signers.jwksUrl, expected)
  const guests = livekit && shared(livekit.apiSecret, { ...claims, issuer: livekit.apiKey })

  function shared(secret: string, options: JWTVerifyOptions): Check {
    const key = new TextEncoder().encode(secret)
    return async (token) => {
      const currentDate = new Date(clock())
      return (await jwtVerify(token, key, { ...options, algorithms: ['HS256'], currentDate }))
        .payload
    }
  }

  function remote(jwksUrl: string, options: JWTVerifyOptions): Check {
    const keys = createRemoteJWKSet(new URL(jwksUrl), {
      timeoutDuration: 5_000,
      cooldownDuration: 30_000,
      cacheMaxAge: 600_000,
    })
    return async (token) => {
      const currentDate = new Date(clock())
      return (await jwtVerify(token, keys, { ...options, algorithms: ASYMMETRIC, currentDate }))
        .payload
    }
  }

  /** The algorithm chooses the key, and each key takes its own algorithms only. */
  async function users(token: string): Promise<JWTPayload> {
    const check = algorithmOf(token)?.startsWith('HS') ? bySecret : byProvider
    if (!check)
      throw new HubError(
        'unauthenticated',
        'The token is signed in a way that this hub does not take.',
      )
    return check(token)
  }

  return async function verifyToken(token: unknown): Promise<Principal> {
    if (typeof token !== 'string' || token === '')
      throw new HubError(
        'unauthenticated',
        'Send a token: an `Authorization: Bearer` header, or `auth.token` on a socket.',
      )
    if (token.length > MAX_TOKEN_LENGTH)
      throw new HubError('unauthenticated', `The token is over ${MAX_TOKEN_LENGTH} characters.`)
    try {
      // Only the choice of the key depends on the unverified issuer; each key then checks it.
      if (guests && livekit && issuerOf(token) === livekit.apiKey)
        return toGuest(await guests(token))
      const principal = toPrincipal(await users(token))
      // The tolerance is for a clock behind the issuer's; what has ended here has ended.
      if (principal.expiresAt <= clock()) throw new HubError('token_expired', EXPIRED)
      return principal
    } catch (error) {
      throw refusal(error)
    }
  }
}

function algorithmOf(token: string): string | undefined {
  try {
    return decodeProtectedHeader(token).alg
  } catch {
    return undefined
  }
}

function issuerOf(token: string): string | undefined {
  try {
    return decodeJwt(token).iss
  } catch {
    return undefined
  }
}

function refusal(error: unknown): HubError {
  if (error instanceof HubError) return error
  if (error instanceof errors.JWTExpired) return new HubError('token_expired', EXPIRED)
  if (error instanceof errors.JWTClaimValidationFailed)
    return new HubError(
      'unauthenticated',
      `The token's claim \`${error.claim}\` is missing or wrong.`,
    )
  if (error instanceof errors.JWKSTimeout || !(error instanceof errors.JOSEError))
    return unreachable(error)
  // jose reports an unexpected answer of the provider by its generic error.
  if (error.code === 'ERR_JOSE_GENERIC') return unreachable(error)
  return new HubError('unauthenticated', 'The token does not verify. Get a new one.', {
    cause: error,
  })
}

function unreachable(cause: unknown): HubError {
  return new HubError(
    'degraded',
    'The token cannot be checked now, since the identity provider does not answer. Try again.',
    { cause },
  )
}
