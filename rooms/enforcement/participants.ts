import { ParticipantPermission } from '@livekit/protocol'
import { type ParticipantInfo, type RoomServiceClient, ServerError } from 'livekit-server-sdk'
import {
  evades,
  muted,
  type Publishing,
  permissionWith,
  publishingOf,
  same,
  silent,
} from './permission.ts'
import { BEFORE_MUTE, type createSeals } from './seal.ts'

export interface LiveKitParticipantsDeps {
  service: Pick<
    RoomServiceClient,
    'getParticipant' | 'listParticipants' | 'updateParticipant' | 'removeParticipant'
  >
  seals: ReturnType<typeof createSeals>
  /** Epoch ms. */
  now(): number
}

/** What is done to one participant of a LiveKit room. Each may be done again, and throws when LiveKit does. */
export function createLiveKitParticipants({ service, seals, now }: LiveKitParticipantsDeps) {
  function viewOf(room: string, info: ParticipantInfo) {
    const sealed = info.attributes[BEFORE_MUTE]
    const permission = info.permission ?? new ParticipantPermission()
    const written = seals.open(room, info.identity, sealed)
    const silenced = written !== undefined && same(permission, silent(written))
    // somebody else may have given them other rights since
    const holds = silenced || (written !== undefined && same(permission, muted(written)))
    return {
      ...{ permission, sealed, silenced, evades: evades(info) },
      /** What they might publish before they were muted; undefined where they are not. */
      before: holds ? written : undefined,
    }
  }

  const read = async (room: string, identity: string) =>
    viewOf(room, await service.getParticipant(room, identity))

  async function write(
    room: string,
    identity: string,
    permission: ParticipantPermission,
    sealed: string,
  ): Promise<void> {
    await service.updateParticipant(room, identity, {
      permission,
      attributes: { [BEFORE_MUTE]: sealed },
    })
  }

  return {
    /** Who is there, and whether as a mute wants it. */
    async list(room: string): Promise<{ identity: string; muted: boolean }[]> {
      const infos = await service.listParticipants(room)
      return infos.map((info) => {
        const view = viewOf(room, info)
        const quiet = view.silenced || !view.evades
        return { identity: info.identity, muted: view.before !== undefined && quiet }
      })
    },

    async mute(room: string, identity: string): Promise<void> {
      const { permission, before, ...view } = await read(room, identity)
      const given: Publishing = before ?? publishingOf(permission)
      const strictly = view.evades || (before !== undefined && view.silenced)
      const wanted = strictly ? silent(given) : muted(given)
      if (before && same(permission, wanted)) return
      const sealed = seals.seal(room, identity, given)
      await write(room, identity, permissionWith(permission, wanted), sealed)
    },

    /** Gives back what a mute took. Whether there was one. */
    async free(room: string, identity: string): Promise<boolean> {
      const { permission, sealed, before } = await read(room, identity)
      if (sealed === undefined) return false
      await write(room, identity, before ? permissionWith(permission, before) : permission, '')
      return true
    },

    /** Where LiveKit can, the tokens that they have are void from now on, too. */
    remove: (room: string, identity: string): Promise<void> =>
      service.removeParticipant(room, identity, {
        revokeTokenTs: BigInt(Math.floor(now() / 1000)),
      }),
  }
}

/** LiveKit knows no such participant, or no such room. */
export function isGone(error: unknown): boolean {
  return error instanceof ServerError && error.code === 'not_found'
}
