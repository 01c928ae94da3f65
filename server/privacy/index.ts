/**
 * What a person may ask of the hub about their own data: an archive of all of it, and to be forgotten. Both are jobs that
 * outlive the process which began them. Knows every place of personal data by `PersonalPlace` alone.
 */
import { createReadStream } from 'node:fs'
import type { Readable } from 'node:stream'
import { type Database, type Jobs, type PersonalPlace, privacy, type Tx } from '#db'
import { HubError, type Principal } from '#protocol'
import type { Logger } from '../log.ts'
import { createErasures } from './erasures.ts'
import { createExports } from './exports.ts'

export { everyPlace } from './places.ts'

export interface PrivacyDeps {
  db: Database
  jobs: Pick<Jobs, 'handle' | 'send'>
  /** All of them, in the order in which a person is erased. */
  places: readonly PersonalPlace[]
  /** Writes down what of the audit waits: it may be by who is erased. */
  flushAudit(): Promise<void>
  /** Archives are in its folder `exports`. */
  dataDir: string
  clock: () => number
  nextId: () => string
  log: Logger
}

export interface Privacy {
  /** Throws `conflict` while another of theirs is under way, or when they keep as many as they may. */
  requestExport(principal: Principal): Promise<privacy.PrivacyRequestRow>
  /** Undefined when it is gone. */
  openArchive(
    principal: Principal,
    id: string,
  ): Promise<{ content: Readable; bytes: number } | undefined>
  removeExport(principal: Principal, id: string): Promise<void>
  /** Throws `conflict` while the person is being erased already. */
  requestErasure(principal: Principal, userId: string): Promise<privacy.PrivacyRequestRow>
  /** Takes up what a hub that went away has left, and what could not be done before. After the jobs have begun. */
  resume(): Promise<number>
  /** Deletes archives that are too old, or nobody's. Answers how many. */
  sweep(): Promise<number>
  /** Stops what is under way; the next start takes it up. */
  stop(): void
}

const JOBS = { export: 'privacy-export', erase: 'privacy-erasure' } as const
/** Archives of one person that are kept at once. */
const KEPT_EXPORTS = 3

export function createPrivacy(deps: PrivacyDeps): Privacy {
  const { db, jobs, clock, nextId, log } = deps
  const places = [...deps.places, requestsPlace()]
  const exports = createExports({ ...deps, places })
  const erasures = createErasures({ ...deps, places })

  jobs.handle<{ request: string }>(JOBS.export, ({ request }) => exports.run(request))
  jobs.handle<{ request: string }>(JOBS.erase, async ({ request }) => {
    await erasures.run(request)
    // an archive that was finished in the last moment is nobody's
    await exports.sweep()
  })

  /** Requests and their archives. What the erasure itself has written goes with its end. */
  function requestsPlace(): PersonalPlace {
    return {
      ...privacy.requestRows(db),
      async erase(userId) {
        const rows = await db.withSystem('erase a person', (tx) =>
          privacy.exportsToRemove(tx, { userId }),
        )
        for (const { id } of rows) await exports.remove(id)
        return { erased: rows.length }
      },
    }
  }

  async function request(principal: Principal, kind: privacy.PrivacyKind, userId: string) {
    const row = await db.withSystem('request privacy', async (tx) => {
      const asked = { id: nextId(), userId, kind, createdAt: clock() }
      const made = await privacy.insertPrivacyRequest(tx, asked, KEPT_EXPORTS)
      if (made === 'under_way') throw new HubError('conflict', UNDER_WAY[kind])
      if (made === 'too_many')
        throw new HubError(
          'conflict',
          `You keep ${KEPT_EXPORTS} exports already. Delete one of them first.`,
        )
      await db.audit(tx, {
        owner: userId,
        action: kind === 'export' ? 'export.requested' : 'erasure.requested',
        by: principal,
      })
      return made
    })
    // it is written down: what cannot be sent now is found by `resume`
    await jobs
      .send(JOBS[kind], { request: row.id })
      .catch((err) => log.warn({ err, request: row.id }, 'a request waits for the next look'))
    return row
  }

  const audit = (tx: Tx, by: Principal, action: 'export.fetched' | 'export.removed') =>
    db.audit(tx, { owner: by.userId, action, by })

  return {
    requestExport: (principal) => request(principal, 'export', principal.userId),
    requestErasure: (principal, userId) => request(principal, 'erase', userId),

    async openArchive(principal, id) {
      const archive = await exports.find(id)
      if (!archive) return undefined
      await db.withUser(principal, (tx) => audit(tx, principal, 'export.fetched'))
      return { content: createReadStream(archive.path), bytes: archive.bytes }
    },

    removeExport: (principal, id) =>
      exports.remove(id, (tx) => audit(tx, principal, 'export.removed')),

    async resume() {
      const rows = await db.withSystem('resume privacy', privacy.unfinishedRequests)
      for (const { id, kind } of rows) await jobs.send(JOBS[kind], { request: id })
      return rows.length
    },

    sweep: exports.sweep,
    stop: exports.stop,
  }
}

const UNDER_WAY = {
  export: 'An export of yours is under way. Wait until it is done, or delete it.',
  erase: 'This person is being erased already. Wait until it is done.',
}
