import { HubError } from '#protocol'
import type { Clock } from './clock.ts'

/** How long a command waits for its commit before its sender is told that the database is away, ms. */
const COMMIT_WAIT = 10_000

/** Throws what `late` makes when it takes longer than `ms`; the work itself goes on. */
export function within<T>(
  clock: Clock,
  ms: number,
  work: Promise<T>,
  late: () => Error,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => reject(late()))
    work.then(resolve, reject).finally(cancel)
  })
}

/** Throws `degraded` when it takes too long; the work itself goes on. */
export function withinCommitWait<T>(clock: Clock, work: Promise<T>): Promise<T> {
  return within(
    clock,
    COMMIT_WAIT,
    work,
    () =>
      new HubError(
        'degraded',
        'The database is away. What you sent is held and will be saved when it is back.',
      ),
  )
}
