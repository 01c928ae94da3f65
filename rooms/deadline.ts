import { HubError } from '#protocol'
import type { Clock } from './clock.ts'

/** How long a command waits for its commit before its sender is told that the database is away, ms. */
const COMMIT_WAIT = 10_000

/** Throws `degraded` when it takes too long; the work itself goes on. */
export function withinCommitWait<T>(clock: Clock, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(COMMIT_WAIT, () =>
      reject(
        new HubError(
          'degraded',
          'The database is away. What you sent is held and will be saved when it is back.',
        ),
      ),
    )
    work.then(resolve, reject).finally(cancel)
  })
}
