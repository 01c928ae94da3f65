import type { AddressInfo } from 'node:net'
import type { App } from './http/index.ts'
import { hasCode } from './system-error.ts'

/** The port is taken, or may not be used. */
export class PortError extends Error {
  override readonly name = 'PortError'
}

/**
 * Listens on all interfaces, IPv6 and IPv4.
 *
 * @returns the port, which the system chose when 0 was asked for
 */
export async function listen(app: App, port: number): Promise<number> {
  try {
    await app.listen({ port, host: '::' })
  } catch (error) {
    if (hasCode(error, 'EADDRINUSE'))
      throw new PortError(`Port ${port} is taken. Stop what uses it, or set PORT to another one.`)
    if (hasCode(error, 'EACCES'))
      throw new PortError(`Port ${port} may not be used by this user. Set PORT to one above 1023.`)
    // a machine without IPv6
    if (!hasCode(error, 'EAFNOSUPPORT', 'EADDRNOTAVAIL')) throw error
    await app.listen({ port, host: '0.0.0.0' })
  }
  return (app.server.address() as AddressInfo).port
}
