/**
 * Whether a page of this origin may open a socket: no Origin header (not a browser), the hub's own
 * page, or an allowed one. CORS does not protect WebSockets, so this does.
 */
export function isAllowedOrigin(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[],
): boolean {
  if (origin === undefined) return true
  const lower = origin.toLowerCase()
  if (allowed.some((entry) => entry.toLowerCase() === lower)) return true
  if (host === undefined || !URL.canParse(origin)) return false
  const { protocol, host: originHost } = new URL(origin)
  // Behind a proxy that ends TLS the hub cannot know its own scheme: either of the two will do.
  return /^https?:$/.test(protocol) && originHost === new URL(`${protocol}//${host}`).host
}
