/** What a token says of itself. It is read, not verified: only the hub can verify it. */
interface TokenClaims {
  subject: string | undefined
  /** Epoch ms. */
  expiresAt: number | undefined
}

function readToken(token: string): TokenClaims {
  const payload = token.split('.')[1] ?? ''
  try {
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    )
    const { sub, exp } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
    return {
      subject: typeof sub === 'string' ? sub : undefined,
      expiresAt: typeof exp === 'number' ? exp * 1000 : undefined,
    }
  } catch {
    return { subject: undefined, expiresAt: undefined }
  }
}

/** A token that ends sooner than this is not used for a new connection, ms. */
const NEARLY_OVER_MS = 10_000
/** Renewed this long before its end, or after four fifths of its life when that is later, ms. */
const RENEW_AHEAD_MS = 60_000

export interface Tokens {
  /** Whether a new one can be had: `source` was a function. */
  readonly renewable: boolean
  claims(): TokenClaims
  /** The token at hand, or a new one when there is none or it is nearly over. */
  current(): Promise<string>
  renew(): Promise<string>
  /** Drops the token at hand: the hub refused it. */
  forget(): void
  /** How long until it should be renewed, ms; `undefined` when it cannot be or never ends. */
  renewIn(): number | undefined
}

/** Keeps the token of a connection, from a fixed string or from a function that gets one. */
export function createTokens(source: string | (() => string | Promise<string>)): Tokens {
  let token = typeof source === 'string' ? source : undefined
  let claims = readToken(token ?? '')
  let got = Date.now()

  const renew = async () => {
    if (typeof source === 'string') return source
    const fresh = await source()
    token = fresh
    claims = readToken(fresh)
    got = Date.now()
    return fresh
  }
  return {
    renewable: typeof source === 'function',
    claims: () => claims,
    renew,
    current: async () => {
      const over = (claims.expiresAt ?? Number.POSITIVE_INFINITY) - Date.now() < NEARLY_OVER_MS
      return token === undefined || over ? renew() : token
    },
    forget: () => {
      if (typeof source === 'function') token = undefined
    },
    renewIn: () => {
      if (typeof source === 'string' || claims.expiresAt === undefined) return undefined
      const ahead = Math.min(RENEW_AHEAD_MS, (claims.expiresAt - got) / 5)
      return Math.max(0, claims.expiresAt - ahead - Date.now())
    },
  }
}
