import { HubError, type Principal } from '#protocol'
import { plainAddress } from '../address.ts'
import type { Auth } from '../auth/index.ts'
import { asHubError } from '../failure.ts'
import type { Logger } from '../log.ts'
import { MAX_CONNECTIONS } from './limits.ts'
import { createSession } from './session.ts'
import type { HubSocket } from './types.ts'

/** Open sockets by user. */
export type UserConnections = Map<string, number>

interface Deps {
  auth: Pick<Auth, 'verifyToken'>
  connections: UserConnections
  isDraining: () => boolean
  log: Logger
}

/** Middleware: a socket has a verified bearer, or is refused with `connect_error.data = { code, message }`. */
export function authenticate(deps: Deps) {
  return (socket: HubSocket, next: (error?: Error) => void): void => {
    admit(socket.handshake.auth, deps).then(
      (principal) => {
        socket.data.session = createSession(socket.id, withVia(socket, principal))
        next()
      },
      (thrown: unknown) => {
        const error = asHubError(thrown)
        if (error.code === 'internal') deps.log.error({ err: error }, 'authentication failed')
        next(Object.assign(new Error(error.message), { data: error.toWire() }))
      },
    )
  }
}

/** The principal, with where their socket comes from. */
export function withVia({ id, handshake }: HubSocket, principal: Principal): Principal {
  return { ...principal, via: { address: plainAddress(handshake.address), request: id } }
}

async function admit(
  auth: Record<string, unknown> | undefined,
  { auth: { verifyToken }, connections, isDraining }: Deps,
): Promise<Principal> {
  if (isDraining()) throw new HubError('draining', 'This node is stopping. Connect again soon.')
  const principal = await verifyToken(auth?.token)
  if ((connections.get(principal.userId) ?? 0) >= MAX_CONNECTIONS)
    throw new HubError('rate_limited', `A user has at most ${MAX_CONNECTIONS} connections.`)
  return principal
}
