import type { Principal } from '#protocol'
import type { Connection } from '#rooms'

/** A connected socket's bearer and how its commands are put in order. */
export interface Session {
  /** Rooms keep this object, so a refreshed token's principal reaches them at once. */
  readonly connection: Connection
  /** Runs one after another what must not overtake: join, leave, refresh and the desk. */
  serial<T>(run: () => Promise<T>): Promise<T>
}

export function createSession(id: string, principal: Principal): Session {
  let last: Promise<unknown> = Promise.resolve()
  return {
    connection: { id, principal },
    serial(run) {
      const next = last.then(run)
      last = next.catch(() => {})
      return next
    },
  }
}
