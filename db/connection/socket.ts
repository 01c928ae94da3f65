import { Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { DatabaseError } from '../failure.ts'
import { type Address, forLogs, type ParsedUrl } from './address.ts'
import { UnavailableError } from './unavailable.ts'

/** Length and code of the packet that asks a server for TLS. */
const TLS_REQUEST = Buffer.from([0, 0, 0, 8, 4, 210, 22, 47])

/**
 * Decides once whether there will be TLS, which neither driver can do alike: node-postgres does not fall back.
 *
 * @throws DatabaseError when TLS is demanded and not offered
 */
export async function negotiate(parsed: ParsedUrl, timeoutMs: number): Promise<Address> {
  const { tls, ...plain } = parsed.address
  if (!tls) return plain
  const by = performance.now() + timeoutMs
  const socket = await openSocket(plain, timeoutMs)
  try {
    if (await offersTls(socket, by)) return parsed.address
  } finally {
    socket.destroy()
  }
  if (parsed.tlsOptional) return plain
  throw new DatabaseError(
    `Postgres at ${forLogs(plain)} does not offer the TLS that sslmode in DATABASE_URL demands. ` +
      'Switch it on there, or use sslmode=prefer or disable.',
  )
}

/**
 * A socket that is connected, by TLS if the address says so. `made` is told of each socket on the way, at once,
 * so that it can be destroyed meanwhile, with an error; what it throws ends the way.
 */
export async function openSocket(
  { host, port, tls }: Address,
  timeoutMs: number,
  made: (socket: Socket) => void = () => {},
): Promise<Socket> {
  const by = performance.now() + timeoutMs
  let socket = own(new Socket())
  try {
    if (host.startsWith('/')) socket.connect(`${host}/.s.PGSQL.${port}`)
    else socket.connect(port, host)
    await hears(socket, 'connect', by)
    if (!tls) return socket
    if (!(await offersTls(socket, by))) {
      throw new UnavailableError('CONNECTION_CLOSED', 'the server no longer offers TLS')
    }
    socket = own(connectTls({ ...tls, socket }))
    await hears(socket, 'secureConnect', by)
    return socket
  } catch (error) {
    socket.destroy()
    throw error
  }

  function own(it: Socket) {
    it.setNoDelay(true)
    // who waits for it hears of its errors; one between two waits must not end the process
    it.on('error', () => {})
    made(it)
    return it
  }
}

async function offersTls(socket: Socket, by: number): Promise<boolean> {
  socket.write(TLS_REQUEST)
  const reply = String(await hears(socket, 'data', by))
  // more than the one letter would be somebody's words slipped in before the encryption
  if (reply === 'S' || reply === 'N') return reply === 'S'
  if (reply[0] === 'E')
    throw new UnavailableError('CONNECTION_CLOSED', 'the server is out of order')
  throw new DatabaseError('What answers at the address in DATABASE_URL is not Postgres.')
}

function hears(socket: Socket, event: 'connect' | 'secureConnect' | 'data', by: number) {
  return new Promise<unknown>((resolve, reject) => {
    const timer = setTimeout(() => {
      socket.destroy(new UnavailableError('ETIMEDOUT', 'Postgres did not answer in time'))
    }, by - performance.now())
    socket.once(event, resolve)
    socket.once('error', reject)
    socket.once('close', () => {
      clearTimeout(timer)
      reject(new UnavailableError('CONNECTION_CLOSED', 'the connection was closed as it was made'))
    })
    socket.once(event, () => clearTimeout(timer))
  })
}
