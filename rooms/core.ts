import type { Logger } from 'pino'
import type { Database } from '#db'
import {
  type Actor,
  allows,
  type EphemeralDraft,
  HubError,
  type Principal,
  type Right,
  type RoomSettings,
} from '#protocol'
import type { Cases } from './cases.ts'
import type { Clock } from './clock.ts'
import type { RoomLog } from './log/room-log.ts'
import type { Participants } from './participants.ts'
import type { Restrictions } from './restrictions.ts'
import { rightsOf } from './rights.ts'
import type { RoomSignal } from './types.ts'

/** What a room's parts share: its state, its log and its way out. */
export interface RoomCore {
  readonly id: string
  readonly name: string
  readonly owner: string
  readonly epoch: number
  readonly db: Pick<Database, 'withSystem' | 'audit'>
  readonly clock: Clock
  readonly logger: Logger
  readonly log: RoomLog
  readonly members: Map<string, readonly Right[]>
  readonly participants: Participants
  readonly restrictions: Restrictions
  readonly cases: Cases
  readonly nextId: () => string
  settings: RoomSettings
  media: 'local' | 'livekit'
  status: 'open' | 'closed'
  /** The log begins after this seq. */
  keptAfter: number
  /** Its closing is on its way to the log: nobody says anything after it. */
  closing: boolean
  /** Whether agents read along. */
  readonly listening: () => boolean
  openedAt: number
  closedAt: number | undefined
  signal(signal: DistributiveOmit<RoomSignal, 'room'>): void
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

export const SYSTEM: Actor = { id: 'system', name: 'AuraLink', kind: 'system' }

/** A room that one may not even watch is one that one does not know of. Who was removed has no right in it. */
export function require(core: RoomCore, principal: Principal, right: Right): void {
  const rights = rightsOf(core, principal)
  if (allows(rights, 'watch')) refuseRemoved(core, principal.userId)
  if (allows(rights, right)) return
  if (!allows(rights, 'watch'))
    throw new HubError('not_found', 'There is no such room for you. Ask its owner to let you in.')
  throw new HubError('forbidden', `This needs the right to ${right} in the room.`)
}

export function refuseRemoved(core: RoomCore, userId: string): void {
  const removed = core.restrictions.find('removed', userId)
  if (removed)
    throw new HubError('removed', 'A moderator removed you from this room.', {
      details: { until: removed.until },
    })
}

export function refuseClosed(core: RoomCore): void {
  if (core.status === 'closed' || core.closing)
    throw new HubError('room_closed', 'The room is closed. Join it to open it again.')
}

/** The principal as a present participant who may speak. */
export function speaker(core: RoomCore, principal: Principal): Actor {
  require(core, principal, 'join')
  refuseClosed(core)
  const participant = core.participants.get(principal.userId)
  if (!participant) throw new HubError('forbidden', 'Join the room as a participant first.')
  const muted = core.restrictions.find('muted', principal.userId)
  if (muted)
    throw new HubError('muted', 'A moderator muted you in this room.', {
      details: { until: muted.until },
    })
  return { id: participant.id, name: participant.name, kind: 'person' }
}

/** A person's actor, by the name that the room knows them under. */
export function person(core: RoomCore, principal: Principal): Actor {
  const { userId, name } = principal
  return {
    id: userId,
    name: core.participants.get(userId)?.name ?? name ?? userId,
    kind: 'person',
  }
}

export function emit(core: RoomCore, draft: EphemeralDraft): void {
  const { name: room, epoch } = core
  core.signal({ kind: 'ephemeral', event: { ...draft, room, epoch, at: core.clock.now() } })
}

/** A person's id, and another id or text, as one key. Ids may hold spaces, but no line break. */
export function keyOf(userId: string, id: string): string {
  return `${userId}\n${id}`
}

/** The key under which a command is known in the log. */
export function commandKey(principal: Principal, id: string | undefined): { commandId?: string } {
  return id === undefined ? {} : { commandId: keyOf(principal.userId, id) }
}
