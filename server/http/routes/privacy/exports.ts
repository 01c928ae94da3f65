import { z } from 'zod'
import { type Database, privacy } from '#db'
import {
  ExportError,
  ExportManifest,
  ExportView,
  HubError,
  PageQuery,
  type Principal,
  page,
} from '#protocol'
import { decodeCursor, toPage } from '../../cursor.ts'
import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { IdempotencyHeaders, Nothing } from '../room/shared.ts'
import { ExportParams, progressOf, requireWholePerson } from './shared.ts'

/** What to do about an export that failed. */
const ADVICE: Record<ExportError, string> = {
  storage_full: "The hub's disk is full. Tell its operator, and ask for the export again later.",
  storage_failed:
    'The hub cannot write where its archives are. Tell its operator; its log says why.',
  failed: 'The hub failed at this. Ask for the export again; if it stays, report it.',
}

/** Everything that the hub keeps of you, in one archive. */
export function exports(app: App, deps: HttpDeps): void {
  const { db } = deps

  app.get('/privacy/exports', {
    schema: {
      operationId: 'listExports',
      tags: ['privacy'],
      summary: 'Your exports, newest first',
      querystring: PageQuery,
      response: {
        200: page(ExportView).describe('A page of exports.'),
        ...problems('invalid', 'forbidden'),
      },
    },
    handler: async ({ principal, query: { cursor, limit } }) => {
      requireWholePerson(principal)
      const after = decodeCursor(cursor, z.uuid())
      const rows = await db.withUser(principal, (tx) =>
        privacy.listExports(tx, { after, limit: limit + 1 }),
      )
      return toPage(rows, limit, (row) => ({ at: row.createdAt, id: row.id }), viewOf)
    },
  })

  app.post('/privacy/exports', {
    config: { idempotent: true },
    schema: {
      operationId: 'createExport',
      tags: ['privacy'],
      summary: 'Ask for everything that the hub keeps of you',
      description:
        'It is put together in the background: one at a time, and three archives are kept, each for seven days. Secrets and ' +
        'the words of others are not in it.',
      headers: IdempotencyHeaders,
      response: {
        201: ExportView.describe('The export. `Location` has its address.'),
        ...problems('invalid', 'forbidden', 'conflict'),
      },
    },
    handler: async ({ principal }, reply) => {
      requireWholePerson(principal)
      const row = await deps.privacy.requestExport(principal)
      reply.code(201).header('location', `/api/v1/privacy/exports/${row.id}`)
      return viewOf(row)
    },
  })

  app.get('/privacy/exports/:export', {
    schema: {
      operationId: 'getExport',
      tags: ['privacy'],
      summary: 'How far an export of yours is',
      params: ExportParams,
      response: {
        200: ExportView.describe('The export.'),
        ...problems('invalid', 'forbidden', 'not_found'),
      },
    },
    handler: async ({ principal, params }) =>
      viewOf(await findExport(db, principal, params.export)),
  })

  app.delete('/privacy/exports/:export', {
    schema: {
      operationId: 'deleteExport',
      tags: ['privacy'],
      summary: 'Stop an export of yours, or delete its archive',
      params: ExportParams,
      response: {
        204: Nothing.describe('It is gone.'),
        ...problems('invalid', 'forbidden', 'not_found'),
      },
    },
    handler: async ({ principal, params }, reply) => {
      const { id } = await findExport(db, principal, params.export)
      await deps.privacy.removeExport(principal, id)
      return reply.code(204).send(null)
    },
  })
}

/** @throws HubError `not_found` also for another's */
export async function findExport(
  db: Pick<Database, 'withUser'>,
  principal: Principal,
  id: string,
): Promise<privacy.PrivacyRequestRow> {
  requireWholePerson(principal)
  const row = await db.withUser(principal, (tx) => privacy.findPrivacyRequest(tx, 'export', id))
  if (!row) throw new HubError('not_found', 'You have no such export.')
  return row
}

function viewOf(row: privacy.PrivacyRequestRow): ExportView {
  const { expiresAt, result, errorCode } = row
  const code = errorCode === null ? undefined : ExportError.parse(errorCode)
  return {
    ...progressOf(row),
    ...(expiresAt === null ? {} : { expires_at: expiresAt }),
    ...(result === null ? {} : { manifest: ExportManifest.parse(result) }),
    ...(code === undefined ? {} : { error: { code, message: ADVICE[code] } }),
  }
}
