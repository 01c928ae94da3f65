import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import { userInfo } from 'node:os'
import type { ConnectionOptions } from 'node:tls'
import { DatabaseError } from '../failure.ts'

/** How to reach a Postgres: DATABASE_URL, read as libpq reads it, for both drivers alike. */
export interface Address {
  /** A name, an IP address, or the folder of a unix socket. */
  host: string
  port: number
  user: string
  password?: string
  database: string
  /** Command-line options for the session, as some managed servers ask for. */
  options?: string
  /** Absent: no TLS. */
  tls?: ConnectionOptions
}

export interface ParsedUrl {
  address: Address
  /** `sslmode=prefer`, the default: without TLS where the server has none. */
  tlsOptional: boolean
}

/**
 * Reads a `postgres://` URL. Of libpq's parameters, those that choose the server, the login, TLS and `options`
 * count; the others tune libpq.
 *
 * @throws DatabaseError
 */
export function parseUrl(url: string): ParsedUrl {
  try {
    return parse(url)
  } catch (error) {
    if (error instanceof DatabaseError) throw error
    // the error of the parser holds the whole URL, password and all
    throw new DatabaseError(
      'DATABASE_URL cannot be read. It looks like postgres://user:password@host:5432/database; ' +
        'in its parts, characters such as @ : / ? # % are written as %40 %3A %2F %3F %23 %25.',
    )
  }
}

/** Host, port and database, for logs. */
export function forLogs({ host, port, database }: Address): string {
  return `${host}:${port}/${database}`
}

function parse(url: string): ParsedUrl {
  // libpq takes a user without a host; the URL parser does not
  const parsed = new URL(url.replace(/^(\w+:\/\/[^/?#]*@)(?=[/?]|$)/, '$1localhost'))
  const params = parsed.searchParams
  const part = (name: string, text: string) => params.get(name) || decodeURIComponent(text)
  const host = part('host', parsed.hostname).replace(/^\[(.*)\]$/, '$1') || 'localhost'
  const port = Number(part('port', parsed.port) || 5432)
  if (host.includes(',')) throw new DatabaseError('DATABASE_URL names several hosts; name one.')
  if (!Number.isInteger(port)) throw new DatabaseError('The port in DATABASE_URL is no number.')
  const user = part('user', parsed.username) || userInfo().username
  const password = part('password', parsed.password)
  const options = params.get('options')
  const { tls, tlsOptional } = host.startsWith('/') ? none : tlsOf(host, params)
  const address: Address = {
    ...{ host, port, user },
    database: part('dbname', parsed.pathname.slice(1)) || user,
    ...(password && { password }),
    ...(options && { options }),
    ...(tls && { tls }),
  }
  return { address, tlsOptional }
}

const none = { tls: undefined, tlsOptional: false }

function tlsOf(host: string, params: URLSearchParams) {
  const file = (name: string) => {
    const path = params.get(name)
    if (!path) return undefined
    try {
      return readFileSync(path)
    } catch {
      throw new DatabaseError(`${name} in DATABASE_URL names ${path}, which cannot be read.`)
    }
  }
  const system = params.get('sslrootcert') === 'system'
  const [ca, cert, key] = [
    system ? undefined : file('sslrootcert'),
    file('sslcert'),
    file('sslkey'),
  ]
  const given: ConnectionOptions = {
    host,
    ...(!isIP(host) && { servername: host }),
    ...(ca && { ca }),
    ...(cert && { cert }),
    ...(key && { key }),
  }
  const unchecked = { ...given, rejectUnauthorized: false }
  const anyName = { ...given, checkServerIdentity: () => undefined }

  const wanted = params.get('ssl') === 'true' ? 'require' : 'prefer'
  const mode = params.get('sslmode') ?? (system ? 'verify-full' : wanted)
  switch (mode) {
    case 'disable':
      return none
    case 'allow':
    case 'prefer':
      return { tls: unchecked, tlsOptional: true }
    case 'require':
      // with an authority given, libpq checks it
      return { tls: ca ? anyName : unchecked, tlsOptional: false }
    case 'no-verify':
      return { tls: unchecked, tlsOptional: false }
    case 'verify-ca':
      return { tls: anyName, tlsOptional: false }
    case 'verify-full':
      return { tls: given, tlsOptional: false }
    default:
      throw new DatabaseError(
        `sslmode=${mode} in DATABASE_URL is unknown: disable, prefer, require, verify-ca or verify-full.`,
      )
  }
}
