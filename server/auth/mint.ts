import { SignJWT } from 'jose'
import type { Right, Role } from '#protocol'

export interface TokenRequest {
  userId: string
  role: Role
  name?: string
  rooms?: Record<string, Right[]>
  /** How long it is good, hours. */
  hours: number
}

export interface MintOptions {
  secret: string
  issuer?: string | undefined
  audience?: string | undefined
  clock: () => number
}

/** Signs a token as this hub accepts it. */
export function mintToken(request: TokenRequest, options: MintOptions): Promise<string> {
  const now = Math.floor(options.clock() / 1000)
  const token = new SignJWT({
    role: request.role,
    ...(request.name === undefined ? {} : { name: request.name }),
    ...(request.rooms === undefined ? {} : { rooms: request.rooms }),
  })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(request.userId)
    .setIssuedAt(now)
    .setExpirationTime(now + Math.round(request.hours * 3600))
  if (options.issuer !== undefined) token.setIssuer(options.issuer)
  if (options.audience !== undefined) token.setAudience(options.audience)
  return token.sign(new TextEncoder().encode(options.secret))
}
