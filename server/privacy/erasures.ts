import { type Database, type PersonalPlace, privacy } from '#db'
import { ErasureReceipt } from '#protocol'
import type { Logger } from '../log.ts'

interface Erasures {
  /** Does what an erasure's row asks for; what was done already is found done. */
  run(id: string): Promise<void>
}

interface ErasuresDeps {
  db: Database
  /** In the order in which they are erased: what is live first, so that nothing is written behind it. */
  places: readonly PersonalPlace[]
  /** Writes down what of the audit waits: it may be by the person. */
  flushAudit(): Promise<void>
  clock: () => number
  log: Logger
}

/** Once more, while there is something: the person may have gone on meanwhile. What they do later is another's. */
const ROUNDS = 3

type Places = ErasureReceipt['places']

export function createErasures({ db, places, flushAudit, clock, log }: ErasuresDeps): Erasures {
  const running = new Map<string, Promise<void>>()

  async function erase(id: string): Promise<void> {
    const row = await db.withSystem('erase a person', (tx) =>
      privacy.findPrivacyRequest(tx, 'erase', id),
    )
    // without a person it is done
    if (!row?.userId) return
    const { userId } = row
    const done: Places = ErasureReceipt.partial().parse(row.result ?? {}).places ?? {}
    const change = (to: Parameters<typeof privacy.changePrivacyRequest>[2]) =>
      db.withSystem('erase a person', (tx) => privacy.changePrivacyRequest(tx, id, to))
    await change({ status: 'running' })
    for (let round = 1, found = 1; round <= ROUNDS && found > 0; round += 1) {
      found = 0
      for (const [index, place] of places.entries()) {
        const { erased, kept } = await place.erase(userId)
        found += erased
        done[place.name] = {
          erased: (done[place.name]?.erased ?? 0) + erased,
          ...(kept ? { kept: kept.count, why: kept.why } : {}),
        }
        const progress = round === 1 ? { progress: (index + 1) / (places.length + 1) } : {}
        await change({ result: { places: done }, ...progress })
      }
    }
    await flushAudit()
    await finish(id, userId, done)
  }

  /** All of it or nothing: after this nobody can tell whose it was. */
  async function finish(id: string, userId: string, done: Places): Promise<void> {
    const receipt = await db.withSystem('erase a person', async (tx) => {
      await db.audit(tx, { owner: userId, action: 'erasure.done', by: 'system' })
      await privacy.disownChain(tx, userId)
      const shredded = await db.vault.shred(tx, userId)
      const now = clock()
      const result = { places: done, keys_shredded: shredded ? 1 : 0, finished_at: now }
      await privacy.finishErasure(tx, { id, userId, result, now })
      return result
    })
    log.info({ request: id, ...receipt }, 'an erasure is done')
  }

  return {
    run(id) {
      const work = running.get(id) ?? erase(id).finally(() => running.delete(id))
      running.set(id, work)
      return work
    },
  }
}
