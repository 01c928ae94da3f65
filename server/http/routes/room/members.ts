import { queries } from '#db'
import { HubError, MemberView, PutMember } from '#protocol'
import { problems } from '../../problem.ts'
import { readRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { MemberParams, Nothing } from './shared.ts'

/** One resource, read, written and removed by the same address. */
export function members(app: App, deps: HttpDeps): void {
  const { rooms } = deps
  const address = '/rooms/:room/members/:user'

  app.get(address, {
    schema: {
      operationId: 'getMember',
      tags: ['rooms'],
      summary: "A member's rights, for that member and the room's moderators",
      params: MemberParams,
      response: {
        200: MemberView.describe('The member.'),
        ...problems('invalid', 'not_found', 'removed'),
      },
    },
    handler: ({ principal, params: { room: name, user } }) =>
      readRoom(deps, principal, name, async (tx, { room }) => {
        const member = await queries.findMember(tx, room.id, user)
        if (!member) throw new HubError('not_found', 'There is no such member.')
        return { user: member.userId, rights: member.rights }
      }),
  })

  app.put(address, {
    schema: {
      operationId: 'putMember',
      tags: ['rooms'],
      summary: 'Make a user a member, or change their rights, as the owner',
      params: MemberParams,
      body: PutMember,
      response: {
        200: MemberView.describe('The member as it is now.'),
        ...problems('invalid', 'malformed', 'too_large', 'not_found', 'forbidden'),
      },
    },
    handler: async ({ principal, params: { room, user }, body }) => {
      const rights = [...new Set(body.rights)]
      await rooms.setMember(principal, room, user, rights)
      return { user, rights }
    },
  })

  app.delete(address, {
    schema: {
      operationId: 'deleteMember',
      tags: ['rooms'],
      summary: "End a user's membership, as the owner; their sockets leave the room at once",
      params: MemberParams,
      response: {
        204: Nothing.describe('The user is no member any more.'),
        ...problems('invalid', 'not_found', 'forbidden'),
      },
    },
    handler: async ({ principal, params: { room, user } }, reply) => {
      await rooms.removeMember(principal, room, user)
      return reply.code(204).send(null)
    },
  })
}
