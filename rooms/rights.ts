import { allows, type Principal, type Right, type RoomSettings } from '#protocol'

/** What a room knows about who may do what in it. */
export interface Access {
  name: string
  owner: string
  members: ReadonlyMap<string, readonly Right[]>
  settings: Pick<RoomSettings, 'admins_may_read'>
}

/**
 * The rights of a principal in a room. A token with `rooms` has exactly those, also for the owner:
 * who asked for a narrow token gets a narrow one. Admins watch where the owner lets them.
 * Its twin in SQL is the function `hub_rooms`; a test holds the two together.
 */
export function rightsOf(room: Access, principal: Principal): Right[] {
  if (principal.rooms) return granted(principal.rooms, room.name)
  if (principal.userId === room.owner) return ['moderate']
  const rights = room.members.get(principal.userId) ?? []
  const admin = principal.role === 'admin' && room.settings.admins_may_read
  return admin && !rights.includes('watch') ? [...rights, 'watch'] : [...rights]
}

/** Whether a room of this name, which does not exist yet, may be made by this principal's join. */
export function mayCreate(name: string, principal: Principal): boolean {
  if (!principal.rooms) return true
  return allows(granted(principal.rooms, name), 'join')
}

/** Only what the token itself says: a room may be named `constructor`. */
function granted(rooms: Record<string, Right[]>, name: string): Right[] {
  return Object.hasOwn(rooms, name) ? (rooms[name] ?? []) : []
}
