import { isIP } from 'node:net'
import type { Address } from './connection/address.ts'
import { isUnavailable } from './connection/unavailable.ts'
import { codeOf } from './error-code.ts'

/** The database cannot be used as it is configured. The message says what to correct, without secrets. */
export class DatabaseError extends Error {
  override readonly name = 'DatabaseError'
}

/** What keeps the hub from opening the database of DATABASE_URL, told to who set it; a defect stays as it is. */
export function explain(error: unknown, address: Address): unknown {
  if (error instanceof DatabaseError || !(error instanceof Error)) return error
  const text = advice(codeOf(error), error, address)
  return text === undefined ? error : new DatabaseError(text, { cause: error })
}

function advice(
  code: string,
  error: Error,
  { host, port, user, database }: Address,
): string | undefined {
  const server = `${host}:${port}`
  const said = error.message.replace(/\.$/, '')
  switch (code) {
    case '28P01':
    case '28000':
      return (
        `Postgres at ${server} refuses the user "${user}" of DATABASE_URL: ${said}. ` +
        'Correct its user and password; if encryption is asked for, its sslmode.'
      )
    case '3D000':
      return `Postgres at ${server} has no database "${database}". Create it, or correct DATABASE_URL.`
    case '25006':
      return `Postgres at ${server}, which DATABASE_URL names, is read-only: ${said}. Name the primary.`
    case '42501':
      return `The user "${user}" of DATABASE_URL may not do what the hub needs: ${said}.`
  }
  if (/^(ERR_TLS|ERR_SSL|ERR_OSSL|EPROTO|CERT|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO)/.test(code)) {
    const name = isIP(host) ? ' (verify-full compares the name; this is an address)' : ''
    return (
      `The certificate of Postgres at ${server} is not accepted: ${said}${name}. ` +
      'Give its authority as sslrootcert=FILE in DATABASE_URL, or correct sslmode.'
    )
  }
  if (isUnavailable(error)) {
    return (
      `No Postgres takes a connection at ${server}, which DATABASE_URL names: ${said || code}. ` +
      "Start it, correct DATABASE_URL, or unset it to use the hub's own."
    )
  }
  return undefined
}
