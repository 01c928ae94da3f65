import { CaseView, ClaimCase, HubError } from '#protocol'
import { problems } from '../../problem.ts'
import { moderatedRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { CaseParams } from './shared.ts'

export function claimCase(app: App, deps: HttpDeps): void {
  app.post('/rooms/:room/cases/:case/claim', {
    schema: {
      operationId: 'claimCase',
      tags: ['rooms'],
      summary: 'Tell other moderators that you are at a case, or no more; lapses after 5 minutes',
      params: CaseParams,
      body: ClaimCase,
      response: {
        200: CaseView.describe('The case as it is now.'),
        ...problems('invalid', 'malformed', 'too_large', 'not_found', 'forbidden', 'conflict'),
      },
    },
    handler: async ({ principal, params, body }) => {
      const room = await moderatedRoom(deps, principal, params.room)
      await room.claim(principal, { ...body, case: params.case })
      const claimed = await room.caseOf(params.case)
      if (!claimed) throw new HubError('internal', 'The case is gone after its claim.')
      return claimed
    },
  })
}
