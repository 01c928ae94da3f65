import { z } from 'zod'
import { type AuditRecord, findAuditHead, listAudit } from '#db'
import {
  AuditEntryView,
  AuditHeadQuery,
  AuditHeadView,
  AuditQuery,
  HubError,
  type Principal,
  page,
} from '#protocol'
import { isAdmin } from '../admin.ts'
import { decodeCursor, toPage } from '../cursor.ts'
import { problems } from '../problem.ts'
import type { App, HttpDeps } from '../types.ts'

const Seq = z.string().regex(/^\d{1,15}$/)

/** What was done to a person's things, and by whom: for that person and for admins. */
export function audit(app: App, { db }: Pick<HttpDeps, 'db'>): void {
  app.get('/audit', {
    schema: {
      operationId: 'listAudit',
      tags: ['audit'],
      summary: 'What was done to your things, by whom and from where, newest first',
      description:
        'What happens inside of a room is in its log, and not here; who read a room is here, once a sitting.',
      querystring: AuditQuery,
      response: {
        200: page(AuditEntryView).describe('A page of entries.'),
        ...problems('invalid', 'forbidden'),
      },
    },
    handler: async ({ principal, query: { owner: whose, cursor, limit } }) => {
      const owner = ownerOf(principal, whose)
      const after = decodeCursor(cursor, Seq)
      const before = after && Number(after.id)
      const found = await db.withUser(principal, (tx) =>
        listAudit(tx, db.vault, { owner, before, limit: limit + 1 }),
      )
      return toPage(
        found,
        limit,
        ({ at, seq }) => ({ at, id: String(seq) }),
        (record) => viewFor(principal, record),
      )
    },
  })

  app.get('/audit/head', {
    schema: {
      operationId: 'getAuditHead',
      tags: ['audit'],
      summary: 'Where the chain of your audit ends: kept elsewhere, it shows what is changed later',
      querystring: AuditHeadQuery,
      response: {
        200: AuditHeadView.describe('The last entry of the chain, with its hash.'),
        ...problems('invalid', 'forbidden', 'not_found'),
      },
    },
    handler: async ({ principal, query: { owner: whose } }) => {
      const owner = ownerOf(principal, whose)
      const head = await db.withUser(principal, (tx) => findAuditHead(tx, owner))
      if (!head) throw new HubError('not_found', 'Nothing is in this audit yet.')
      return head
    },
  })
}

/** Row level security has it so, too: a token for certain rooms owns nothing. */
function ownerOf(principal: Principal, owner = principal.userId): string {
  if (principal.rooms !== undefined)
    throw new HubError('forbidden', 'This needs a token that is not for certain rooms only.')
  if (owner !== principal.userId && !isAdmin(principal))
    throw new HubError('forbidden', "Only admins read others' audit: leave `owner` out.")
  return owner
}

/** Where others were when they did it is not the owner's to know. */
function viewFor(principal: Principal, record: AuditRecord): AuditEntryView {
  const { by } = record
  if (by === 'system' || by.id === principal.userId || isAdmin(principal)) return record
  const { address: _, ...rest } = by
  return { ...record, by: rest }
}
