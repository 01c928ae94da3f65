import type { Principal } from '#protocol'
import type { Connection } from '#rooms'

/** A connected socket's bearer and how its commands are put in order. */
export interface Session {
  /** Rooms keep this object, so a refreshed token's principal reaches them at once. */
  readonly connection: Connection
  /** Whether the socket watches the moderators' desk. */
  desk: boolean
  /** Over the soft limit of unread bytes: ephemeral events are spared. */
  lagging: boolean
  /** Runs one after another what must not overtake: join, leave, refresh, disconnect. */
  serial<T>(run: () => Promise<T>): Promise<T>
}

export function createSession(id: string, principal: Principal): Session {
  let last: Promise<unknown> = Promise.resolve()
  return {
    connection: { id, principal },
    desk: false,
    lagging: false,
    serial(run) {
      const next = last.then(run)
      last = next.catch(() => {})
      return next
    },
  }
}
