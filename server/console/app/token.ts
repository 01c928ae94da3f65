/** Whom a token says it is for. Read, not verified: only the hub can verify it. */
export interface TokenUser {
  id: string
  name: string
  role: string
  /** For certain rooms only: it owns nothing, and speaks for nobody as a whole. */
  limited: boolean
  /** Epoch ms; undefined when it says none, and the hub then refuses it. */
  expiresAt: number | undefined
}

/** The parts of a pasted text that are a token: a whole sign-in link will do. */
export function tokenIn(pasted: string): string {
  const text = pasted.trim().replace(/^Bearer\s+/i, '')
  return /#token=([^&\s]+)/.exec(text)?.[1] ?? text
}

/** Undefined when the text is no token at all. */
export function readTokenUser(token: string): TokenUser | undefined {
  if (/[^\w.-]/.test(token)) return undefined
  try {
    const payload = token.split('.')[1] ?? ''
    const bytes = Uint8Array.from(atob(payload.replaceAll('-', '+').replaceAll('_', '/')), (char) =>
      char.charCodeAt(0),
    )
    const claims = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>
    const { sub, name, exp, rooms } = claims
    if (typeof sub !== 'string') return undefined
    return {
      id: sub,
      name: typeof name === 'string' && name.trim() !== '' ? name : sub,
      role: roleIn(claims),
      limited: rooms !== undefined,
      expiresAt: typeof exp === 'number' ? exp * 1000 : undefined,
    }
  } catch {
    return undefined
  }
}

/** `app_metadata.role`, else `role`, as WIRE.md has it; what is neither is an ordinary user. */
function roleIn({ app_metadata, role }: Record<string, unknown>): string {
  const app = (app_metadata as { role?: unknown } | null | undefined)?.role
  const said = [app, role].find((one) => ['user', 'moderator', 'admin'].includes(String(one)))
  return typeof said === 'string' ? said : 'user'
}
