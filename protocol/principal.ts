import { z } from 'zod'
import { roomName } from './text.ts'

/** What a person may do in a room. `moderate` includes `join`, and `join` includes `watch`. */
export const Right = z.enum(['join', 'watch', 'moderate'])
export type Right = z.infer<typeof Right>

/** The app's role. `moderator` alone moderates nothing; `admin` sees operations, not words. */
export const Role = z.enum(['user', 'moderator', 'admin'])
export type Role = z.infer<typeof Role>

/** Who is asking: what a verified token says, and nothing that it does not say. */
export interface Principal {
  userId: string
  name?: string
  role: Role
  /** When present, the token reaches these rooms only, with exactly these rights. */
  rooms?: Record<string, Right[]>
  /** When the token ends, epoch ms. */
  expiresAt: number
  /** Where they ask from, and by which request or connection: for the audit. */
  via?: { address: string; request: string }
  /** Nobody asks: the hub does it by itself, in this person's place. */
  byItself?: true
}

/** Owns what no user owns, such as rules of arrival and keys: whoever runs the hub. */
export const OPERATOR = 'local'

/** The `rooms` claim of a token: rights by room name. */
export const RoomGrants = z.record(roomName, z.array(Right).max(3))

/** Whether `rights` allow `wanted`, with what they include. */
export function allows(rights: readonly Right[], wanted: Right): boolean {
  if (rights.includes('moderate')) return true
  if (wanted === 'watch') return rights.length > 0
  return rights.includes(wanted)
}
