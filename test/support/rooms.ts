import { randomUUID } from 'node:crypto'
import type { Database } from '#db'
import {
  allows,
  type BlankEvent,
  type EphemeralEvent,
  type ErrorCode,
  HubError,
  type PendingEvent,
  type Principal,
  type RoomEvent,
  render,
  visible,
} from '#protocol'
import {
  acquireOwnership,
  type Bus,
  type Clock,
  createLocalBus,
  createRooms,
  type JoinOptions,
  type JoinResult,
  type Ownership,
  type Room,
  type RoomSignal,
  type RoomsDeps,
  systemClock,
} from '#rooms'
import { quiet } from './postgres.ts'

export interface NodeOptions {
  nodeId?: string
  /** Of the rooms. */
  clock?: Clock
  /** Of the lease: by default the real one. One that stands still is a hub that hangs. */
  leaseClock?: Clock
  onLost?: () => void
  speech?: RoomsDeps['speech']
  /** Made once there is a bus. */
  recorder?: (bus: Bus) => RoomsDeps['recorder']
  /** Limits of the committer. */
  limits?: Parameters<typeof createRooms>[1]
}

export type TestNode = Awaited<ReturnType<typeof startNode>>
export type Member = Awaited<ReturnType<TestNode['enter']>>

/** The rooms of one hub process over a real Postgres, and readers as sockets would be. */
export async function startNode(db: Database, options: NodeOptions = {}) {
  const {
    nodeId = 'test',
    clock = systemClock,
    leaseClock = systemClock,
    limits,
    onLost = () => {},
    speech,
    recorder,
  } = options
  const bus = createLocalBus({ log: quiet })
  const ownership = await acquireOwnership({ db, nodeId, clock: leaseClock, log: quiet, onLost })
  const deps = {
    db,
    bus,
    ownership,
    clock,
    logger: quiet,
    nextId: randomUUID,
    speech,
    recorder: recorder?.(bus),
  }
  const node = createNode(deps, limits)
  return { ...node, ownership }
}

function createNode(deps: RoomsDeps & { ownership: Ownership }, limits: NodeOptions['limits']) {
  const { bus, db } = deps
  const rooms = createRooms(deps, limits)
  const signals: RoomSignal[] = []
  const waiting = new Set<(signal: RoomSignal) => void>()
  bus.subscribe((signal) => {
    signals.push(signal)
    for (const look of waiting) look(signal)
  })

  return {
    rooms,
    bus,
    signals,
    signal,
    event,
    log,

    /** Joins as a socket does: what is signalled after the ack is seen, in this person's view. */
    async enter(name: string, who: string | Principal, options: Partial<JoinOptions> = {}) {
      const principal = typeof who === 'string' ? person(who) : who
      const room = await rooms.enter(name, principal)
      return attend(room, principal, options)
    },

    attend,
  }

  async function attend(room: Room, principal: Principal, options: Partial<JoinOptions> = {}) {
    const id = randomUUID()
    const { userId } = principal
    const seen: (RoomEvent | BlankEvent)[] = []
    const pending: PendingEvent[] = []
    const ephemeral: EphemeralEvent[] = []
    const detached: string[] = []
    let result: JoinResult | undefined
    let off = () => {}
    const member = {
      id,
      principal,
      /** Of this node; a test that starts another sets it anew. */
      room,
      seen,
      pending,
      ephemeral,
      detached,
      /** Of the last join. */
      get ack(): JoinResult {
        if (!result) throw new Error('has not joined')
        return result
      },
      join: (again: Partial<JoinOptions> = {}) =>
        member.room.join({ id, principal }, { as: 'participant', ...again }, (ack) => {
          result = ack
          off()
          off = bus.subscribe((signal) => signal.room === member.room && read(signal))
        }),
      leave() {
        off()
        member.room.leave(id)
      },
      says: (text: string, command: { segment?: string; id?: string; final?: boolean } = {}) =>
        member.room.caption(principal, {
          ...{ room: member.room.name, text, segment: randomUUID(), final: true },
          ...command,
        }),
      writes: (text: string, command: { to?: string; id?: string } = {}) =>
        member.room.once(principal, command.id, () =>
          member.room.chat(principal, { room: member.room.name, text, ...command }),
        ),
      acts: (
        action: 'warn' | 'mute' | 'remove' | 'restore',
        target: string,
        command: { minutes?: number; reason?: string; id?: string } = {},
      ) =>
        member.room.once(principal, command.id, () =>
          member.room.act(principal, {
            room: member.room.name,
            action,
            target,
            reason: '',
            ...command,
          }),
        ),
      reviews: (
        caseId: string,
        decision: 'approve' | 'reject' | 'undo',
        command: {
          id?: string
          note?: string
          minutes?: number
          action?: 'warn' | 'mute' | 'remove'
        } = {},
      ) =>
        member.room.once(principal, command.id, () =>
          member.room.review(principal, { case: caseId, decision, ...command }),
        ),
    }
    await member.join(options)
    return member

    function read(signal: RoomSignal) {
      const reader = { userId, moderates: allows(member.room.rightsOf(principal), 'moderate') }
      const settings = { moderatorsSeePrivate: member.room.settings.moderators_see_private }
      if (signal.kind === 'events')
        for (const event of signal.events)
          seen.push(render(event, visible(event, reader, settings)))
      if (signal.kind === 'pending' && visible(signal.event, reader, settings) === 'full')
        pending.push(signal.event)
      if (signal.kind === 'ephemeral') ephemeral.push(signal.event)
      if (signal.kind === 'detached' && signal.connections.includes(id)) {
        detached.push(signal.reason)
        off()
      }
    }
  }

  /** The first signal that matches, past or to come. */
  function signal(matches: (signal: RoomSignal) => boolean): Promise<RoomSignal> {
    const past = signals.find(matches)
    if (past) return Promise.resolve(past)
    return new Promise((resolve) => {
      const look = (signal: RoomSignal) => {
        if (!matches(signal)) return
        waiting.delete(look)
        resolve(signal)
      }
      waiting.add(look)
    })
  }

  /** The first committed event that matches, past or to come. */
  async function event(matches: (event: RoomEvent) => boolean): Promise<RoomEvent> {
    const found = await signal((one) => one.kind === 'events' && one.events.some(matches))
    const event = found.kind === 'events' && found.events.find(matches)
    if (!event) throw new Error('unreachable')
    return event
  }

  /** The whole log of a room as Postgres has it: `type actor`, with what matters of the data. */
  async function log(room: Room): Promise<string[]> {
    const rows = await db.withSystem('test', (tx) =>
      tx.execute<{ seq: number; type: string; actor_id: string; data: Record<string, unknown> }>(
        `select seq, type, actor_id, data from room_events where room_id = '${room.id}' order by seq`,
      ),
    )
    return rows.map(({ type, actor_id, data }, index) => {
      if (rows[index]?.seq !== index + 1) throw new Error(`a gap in the log at ${index + 1}`)
      const rest = data.action ?? data.reason ?? data.text ?? data.name ?? ''
      return [type, actor_id, rest].filter((part) => part !== '').join(' ')
    })
  }
}

/** A room with its owner, a moderator and two people. */
export async function enterMeeting(node: TestNode, name: string) {
  const owner = await node.enter(name, 'owner')
  const as = (userId: string, right: 'join' | 'moderate') =>
    node.attend(owner.room, person(userId, { rooms: { [name]: [right] } }))
  const mod = await as('mod', 'moderate')
  const ann = await as('ann', 'join')
  const ben = await as('ben', 'join')
  return { owner, mod, ann, ben, room: owner.room }
}

export function person(userId: string, rest: Partial<Principal> = {}): Principal {
  return { userId, role: 'user', expiresAt: Number.MAX_SAFE_INTEGER, ...rest }
}

/** The code with which it is refused; `done` when it is not. */
export async function refusal(work: Promise<unknown>): Promise<ErrorCode | 'done'> {
  try {
    await work
    return 'done'
  } catch (error) {
    if (error instanceof HubError) return error.code
    throw error
  }
}
