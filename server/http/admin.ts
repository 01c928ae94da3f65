import { HubError, type Principal } from '#protocol'

/** An admin whose token is for certain rooms is none: row level security has it so, too. */
export function isAdmin({ role, rooms }: Principal): boolean {
  return role === 'admin' && rooms === undefined
}

/** @throws HubError `forbidden` */
export function requireAdmin(principal: Principal): void {
  if (!isAdmin(principal))
    throw new HubError('forbidden', 'This is for admins: use a token whose role is admin.')
}
