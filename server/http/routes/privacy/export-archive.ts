import { z } from 'zod'
import { HubError } from '#protocol'
import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { findExport } from './exports.ts'
import { ExportParams } from './shared.ts'

export function exportArchive(app: App, { db, privacy, clock }: HttpDeps): void {
  app.get('/privacy/exports/:export/archive', {
    schema: {
      operationId: 'getExportArchive',
      tags: ['privacy'],
      summary: 'The archive of an export of yours',
      description:
        'A zip file: `PLACE.ndjson` for each place of personal data, a line of JSON for each row; files such as ' +
        'recordings; and `manifest.json` with the rows, the size and the SHA-256 of each.',
      params: ExportParams,
      response: {
        200: {
          description: 'A zip file.',
          content: {
            'application/zip': { schema: z.unknown().meta({ type: 'string', format: 'binary' }) },
          },
        },
        ...problems('invalid', 'forbidden', 'not_found', 'conflict'),
      },
    },
    handler: async ({ principal, params }, reply) => {
      const row = await findExport(db, principal, params.export)
      if (row.status === 'failed')
        throw new HubError('conflict', 'This export failed, and has no archive. Ask for another.')
      if (row.status !== 'done')
        throw new HubError('conflict', 'This export is not done yet. Look at its `status`.')
      const expired = row.expiresAt !== null && row.expiresAt <= clock()
      const archive = expired ? undefined : await privacy.openArchive(principal, row.id)
      if (!archive)
        throw new HubError('not_found', 'The archive is gone: it is kept for seven days.')
      return reply
        .type('application/zip')
        .header('content-length', archive.bytes)
        .header('content-disposition', `attachment; filename="export-${row.id}.zip"`)
        .header('cache-control', 'private, no-store')
        .send(archive.content)
    },
  })
}
