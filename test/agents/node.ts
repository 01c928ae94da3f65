import { randomUUID } from 'node:crypto'
import type { Logger } from 'pino'
import { createAgents } from '#agents'
import type { Database } from '#db'
import type {
  CommandInput,
  DurableType,
  EphemeralEvent,
  EphemeralType,
  Principal,
  Right,
  RoomEvent,
  RoomEventOf,
} from '#protocol'
import { type Actor, commands, visible } from '#protocol'
import { type Clock, type Room, type RoomsDeps, type Synthesizer, systemClock } from '#rooms'
import type { Embedder } from '../../agents/embedding/index.ts'
import type { ModelKeys } from '../../agents/models/index.ts'
import type { AgentOptions } from '../../agents/types.ts'
import { quiet } from '../support/postgres.ts'
import { person, startNode as startRooms } from '../support/rooms.ts'

export interface NodeOptions {
  models?: ModelKeys
  agents?: Partial<AgentOptions>
  clock?: Clock
  embedder?: Embedder
  speech?: RoomsDeps['speech']
  synthesizer?: Synthesizer
  /** Of the agents. */
  log?: Logger
}

/** Rooms and agents over a real database, without sockets. */
export async function startNode(db: Database, options: NodeOptions = {}) {
  const { clock = systemClock } = options
  const { rooms, bus } = await startRooms(db, { clock, speech: options.speech })
  const agents = createAgents({
    db,
    rooms,
    bus,
    clock,
    log: options.log ?? quiet,
    ids: randomUUID,
    ...(options.models ? { models: options.models } : {}),
    embedder: options.embedder,
    synthesizer: options.synthesizer,
    options: { greetingDelayMs: 20, summaryAfterMs: 300, ...options.agents },
  })
  const events: RoomEvent[] = []
  const ephemeral: EphemeralEvent[] = []
  const watchers = new Set<() => void>()
  bus.subscribe((signal) => {
    if (signal.kind === 'events') events.push(...signal.events)
    else if (signal.kind === 'ephemeral') ephemeral.push(signal.event)
    for (const watcher of [...watchers]) watcher()
  })
  await agents.start()
  await rooms.start()

  /** Waits until something is there; never for a time alone. */
  function until<T>(
    find: () => T | undefined | false,
    what: string,
    withinMs = 10_000,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        watchers.delete(check)
        reject(new Error(`never came: ${what}`))
      }, withinMs)
      const check = () => {
        const found = find()
        if (found === undefined || found === false) return
        clearTimeout(timer)
        watchers.delete(check)
        resolve(found)
      }
      watchers.add(check)
      check()
    })
  }

  return {
    bus,
    rooms,
    agents,
    events,
    ephemeral,
    until,
    /** The first event of a type that fits. */
    event<T extends DurableType>(
      type: T,
      fits: (event: RoomEventOf<T>) => boolean = () => true,
      withinMs?: number,
    ): Promise<RoomEventOf<T>> {
      return until(
        () => (events as RoomEventOf<T>[]).find((e) => e.type === type && fits(e)),
        type,
        withinMs,
      )
    },
    all: <T extends DurableType>(type: T) =>
      events.filter((e) => e.type === type) as RoomEventOf<T>[],
    allEphemeral: <T extends EphemeralType>(type: T) =>
      ephemeral.filter((e) => e.type === type) as Extract<EphemeralEvent, { type: T }>[],
    /** From the log's view as after a crash: nothing that runs is ended in it. */
    async stop() {
      await agents.stop()
      await rooms.stop(1_000)
    },
  }
}

export type TestNode = Awaited<ReturnType<typeof startNode>>

/** A person in a room. */
export async function enter(
  node: TestNode,
  name: string,
  userId: string,
  rights: Right[] = ['join'],
) {
  const principal = person(userId, {
    name: userId[0]?.toUpperCase() + userId.slice(1),
    rooms: { [name]: rights },
  })
  const visitor = visit(node, await node.rooms.enter(name, principal), principal)
  await visitor.join()
  return visitor
}

/** What a person can do in a live room, who has not joined it yet. */
export function visit(node: TestNode, room: Room, principal: Principal) {
  const { name } = room
  const id = randomUUID()
  return {
    principal,
    room,
    join: () => room.join({ id, principal }, { as: 'participant' }, () => {}),
    says: (text: string, input: Partial<CommandInput<'caption.push'>> = {}) =>
      room.caption(
        principal,
        commands['caption.push'].parse({
          room: name,
          segment: randomUUID(),
          text,
          final: true,
          ...input,
        }),
      ),
    chats: (text: string, to?: string) =>
      room.chat(principal, commands['chat.send'].parse({ room: name, text, ...(to && { to }) })),
    asks: (question: string, alone = false) =>
      node.agents.ask(room, principal, { question, private: alone }),
    leaves: () => room.leave(id),
    sees: (event: RoomEvent) =>
      visible(
        event,
        { userId: principal.userId, moderates: room.rightsOf(principal).includes('moderate') },
        { moderatorsSeePrivate: room.settings.moderators_see_private },
      ),
  }
}

export type Visitor = ReturnType<typeof visit>

/** A meeting in short, with decisions and things to do in it. */
export const MEETING: readonly (readonly [speaker: string, text: string])[] = [
  ['alice', 'Good morning, let us talk about the launch of the new website.'],
  ['bob', 'The database migration has to be finished before the launch.'],
  ['alice', 'How long does the migration of the database take?'],
  ['bob', 'About two days, if nothing goes wrong with the backups.'],
  ['carol', 'The press release is still with the lawyers.'],
  ['alice', 'Then we decided to launch on the twelfth of March.'],
  ['bob', 'I will finish the database migration by Friday.'],
  ['carol', 'I will send the press release to the newspapers by Tuesday.'],
  ['alice', 'Carol, can you also book the venue for the party?'],
  ['carol', 'Yes, I will book the venue next week.'],
  ['bob', 'The old servers stay on until the end of the month.'],
  ['alice', 'Agreed, we keep the old servers until the end of the month.'],
]

export const systemActor: Actor = { id: 'system', name: 'AuraLink', kind: 'system' }
