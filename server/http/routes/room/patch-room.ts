import { PatchRoom, RoomView } from '#protocol'
import { problems } from '../../problem.ts'
import type { App, HttpDeps } from '../../types.ts'
import { RoomParams } from './shared.ts'

export function patchRoom(app: App, { rooms }: HttpDeps): void {
  app.patch('/rooms/:room', {
    schema: {
      operationId: 'patchRoom',
      tags: ['rooms'],
      summary: "Change a room's settings, as its owner",
      description: 'Settings that are left out stay as they are.',
      params: RoomParams,
      body: PatchRoom,
      response: {
        200: RoomView.describe('The room as it is now.'),
        ...problems('invalid', 'malformed', 'too_large', 'not_found', 'forbidden'),
      },
    },
    handler: ({ principal, params: { room }, body: { settings } }) =>
      rooms.changeSettings(principal, room, settings),
  })
}
