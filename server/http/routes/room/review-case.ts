import { CaseView, HubError, ReviewCase } from '#protocol'
import { problems } from '../../problem.ts'
import { moderatedRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { CaseParams } from './shared.ts'

export function reviewCase(app: App, deps: HttpDeps): void {
  app.post('/rooms/:room/cases/:case/review', {
    schema: {
      operationId: 'reviewCase',
      tags: ['rooms'],
      summary: 'Approve, reject or undo what was done about a person, as a moderator',
      params: CaseParams,
      body: ReviewCase,
      response: {
        200: CaseView.describe('The case as it is now.'),
        ...problems('invalid', 'malformed', 'too_large', 'not_found', 'forbidden', 'conflict'),
      },
    },
    handler: async ({ principal, params, body }) => {
      const { agents } = deps
      const room = await moderatedRoom(deps, principal, params.room)
      const find = () => room.caseOf(params.case)
      if (!(await find())) throw new HubError('not_found', 'There is no such case in this room.')
      await room.once(principal, undefined, () =>
        agents.review(room, principal, { ...body, case: params.case }),
      )
      const reviewed = await find()
      if (!reviewed) throw new HubError('internal', 'The case is gone after its review.')
      return reviewed
    },
  })
}
