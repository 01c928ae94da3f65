import { DispatchView } from '#protocol'
import { problems } from '../../problem.ts'
import { moderatedRoom } from '../../room-access.ts'
import type { App, HttpDeps } from '../../types.ts'
import { IdempotencyHeaders, Nothing, RoomParams } from '../room/shared.ts'
import { connected } from './shared.ts'

/** Agents in the LiveKit room: sent in, and out again. */
export function dispatch(app: App, deps: HttpDeps): void {
  const address = '/rooms/:room/dispatch'

  app.post(address, {
    config: { idempotent: true },
    schema: {
      operationId: 'sendAgents',
      tags: ['livekit'],
      summary: 'Send the agents into the LiveKit room of this name now, as a moderator',
      description:
        'Also where a rule of arrival keeps them out. A LiveKit room that is not there is opened, so that they are there when people come.',
      params: RoomParams,
      headers: IdempotencyHeaders,
      response: {
        201: DispatchView.describe('They are in it.'),
        ...problems(
          ...(['invalid', 'not_found', 'forbidden', 'conflict', 'not_owner'] as const),
          ...(['provider_failed', 'timed_out'] as const),
        ),
      },
    },
    handler: async ({ principal, params }, reply) => {
      const room = await moderatedRoom(deps, principal, params.room)
      const { sid } = await connected(deps).dispatch(room, principal)
      const name = encodeURIComponent(room.name)
      reply.code(201).header('location', `/api/v1/rooms/${name}/dispatch`)
      return { room: room.name, sid }
    },
  })

  app.delete(address, {
    schema: {
      operationId: 'withdrawAgents',
      tags: ['livekit'],
      summary: 'Send the agents out of the LiveKit room, as a moderator',
      description: 'They stay out until the LiveKit room ends, or they are sent in again.',
      params: RoomParams,
      response: {
        204: Nothing.describe('They are out.'),
        ...problems('invalid', 'not_found', 'forbidden', 'conflict', 'provider_failed'),
      },
    },
    handler: async ({ principal, params }, reply) => {
      const room = await moderatedRoom(deps, principal, params.room)
      await connected(deps).dismiss(room, principal)
      return reply.code(204).send(null)
    },
  })
}
