import type { Logger } from 'pino'

/**
 * What is wrong with LiveKit, said once however many ask it and however often, with what to do; and once that
 * it is over.
 */
export function createTrouble(log: Logger, url: string) {
  const { host } = new URL(url)
  /** By who met it. */
  const known = new Map<string, string>()

  return {
    met(who: string, error: unknown) {
      const what = describe(error, host)
      const told = [...known.values()].includes(what)
      known.set(who, what)
      if (!told) log.warn({ host, reason: codeOf(error) }, what)
    },
    over(who: string) {
      if (known.delete(who) && known.size === 0) log.info({ host }, 'LiveKit answers again')
    },
  }
}

export type Trouble = ReturnType<typeof createTrouble>

function describe(error: unknown, host: string): string {
  const status = statusOf(error)
  if (status === 401 || status === 403)
    return `LiveKit at ${host} refuses the hub: LIVEKIT_API_KEY and LIVEKIT_API_SECRET must be a key and its secret of that server`
  if (status === 404)
    return `There is no LiveKit server at ${host}: LIVEKIT_URL must be its address, such as wss://livekit.example.com`
  if (status !== undefined)
    return `LiveKit at ${host} answers with status ${status}; the hub tries again`
  return `LiveKit at ${host} does not answer: is it running, and is LIVEKIT_URL right? The hub tries again`
}

/** Of the network, as `ECONNREFUSED`: what fetch and WebSockets say of it is in their cause. */
function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  return codeOf(error.cause) ?? error.name
}

/** Of an error of the server's API, or of a WebSocket that was refused. */
function statusOf(error: unknown): number | undefined {
  if (typeof error !== 'object' || error === null) return undefined
  if ('status' in error && typeof error.status === 'number') return error.status
  return undefined
}
