import type { RoomSettings } from '#protocol'

type Keeping = Pick<RoomSettings, 'retention_days' | 'admins_may_read'>

/** How long a room's words stay, as everyone in it is told. */
export function sayRetention({ retention_days: days }: Keeping): string {
  if (days === null) return 'What is said here is kept until the room is removed.'
  return `What is said here is deleted after ${days === 1 ? 'a day' : `${days} days`}.`
}

/** Who reads it besides those who were let in. */
export function sayAdmins({ admins_may_read: may }: Keeping): string {
  return may ? 'The hub’s admins may read it.' : 'The hub’s admins may not read it.'
}
