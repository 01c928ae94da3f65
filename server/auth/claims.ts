import type { JWTPayload } from 'jose'
import { z } from 'zod'
import {
  HubError,
  isPersonId,
  type Principal,
  personName,
  Right,
  Role,
  roomName,
  userId,
} from '#protocol'

/** The last moment that a Date can hold. */
const LATEST_MS = 8.64e15

const Grants = z.record(z.string(), z.array(Right).max(3))

/**
 * What a verified token says about its bearer.
 *
 * @throws HubError `unauthenticated` with a message that names the claim which is wrong
 */
export function toPrincipal(payload: JWTPayload): Principal {
  const id = userId.safeParse(payload.sub)
  if (!id.success) throw bad('`sub` must be 1-512 characters without control characters')
  // with one of the hub's they would pass for an agent or the policy; with the other for a guest
  if (!isPersonId(id.data) || id.data.startsWith('lk:'))
    throw bad('`sub` is an id that the hub keeps for its own use')
  const rooms = roomsOf(payload.rooms)
  return {
    userId: id.data,
    role: roleOf(payload),
    expiresAt: expiryOf(payload),
    ...nameOf(payload.name),
    ...(rooms === undefined ? {} : { rooms }),
  }
}

/** The end of a verified token, epoch ms. */
export function expiryOf(payload: JWTPayload): number {
  const expiresAt = Math.floor((payload.exp ?? Number.NaN) * 1000)
  if (!(expiresAt <= LATEST_MS)) throw bad('`exp` must be a time in seconds since 1970')
  return expiresAt
}

/** `{ name }` when there is one that can be shown. */
export function nameOf(claim: unknown): { name?: string } {
  if (claim === undefined || claim === null || claim === '') return {}
  const name = personName.safeParse(claim)
  if (!name.success) throw bad('`name` must be 1-100 characters without control characters')
  return { name: name.data }
}

/** A record without a prototype, so that a room named `constructor` is granted to nobody. */
export function grants(entries: Iterable<[string, Right[]]>): Record<string, Right[]> {
  const record: Record<string, Right[]> = Object.create(null)
  for (const [name, rights] of entries)
    record[name] = [...new Set([...(record[name] ?? []), ...rights])]
  return record
}

function roomsOf(claim: unknown): Record<string, Right[]> | undefined {
  if (claim === undefined || claim === null) return undefined
  const parsed = Grants.safeParse(claim)
  if (!parsed.success)
    throw bad('`rooms` must look like { "room name": ["join", "watch", "moderate"] }')
  return grants(
    Object.entries(parsed.data).map(([text, rights]) => {
      const name = roomName.safeParse(text)
      if (!name.success)
        throw bad('`rooms` has a name that is not 1-200 characters without control characters')
      return [name.data, rights]
    }),
  )
}

/** The app's role; what Postgres or an identity provider calls a role is another thing. */
function roleOf(payload: JWTPayload): Role {
  const metadata = payload.app_metadata
  const nested =
    typeof metadata === 'object' && metadata !== null && 'role' in metadata ? metadata.role : null
  for (const claim of [nested, payload.role]) {
    const role = Role.safeParse(claim)
    if (role.success) return role.data
  }
  return 'user'
}

function bad(what: string): HubError {
  return new HubError('unauthenticated', `The token's claim ${what}.`)
}
