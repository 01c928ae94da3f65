import type { Wait } from '../types.ts'

/** Resolves when all that is to be waited for is over; throws when some of it failed. */
export async function settled(publish: (wait: Wait) => void): Promise<void> {
  const works: Promise<unknown>[] = []
  publish((work) => works.push(work))
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === 'rejected')
  if (failed?.status === 'rejected') throw failed.reason
}
