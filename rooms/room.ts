import type { Logger } from 'pino'
import type { Database } from '#db'
import { allows, type RoomEvent } from '#protocol'
import { createRoomAgents } from './agents.ts'
import { createCases } from './cases.ts'
import type { Clock } from './clock.ts'
import { emit, keyOf, type RoomCore, require, SYSTEM } from './core.ts'
import { withinCommitWait } from './deadline.ts'
import { createDedupe } from './dedupe.ts'
import { createLife } from './life.ts'
import { latestSummary, type StoredRoom } from './load.ts'
import type { Committer } from './log/committer.ts'
import { readEvents } from './log/queries.ts'
import { createRoomLog } from './log/room-log.ts'
import type { TraceContexts } from './log/tracing.ts'
import type { LogStore } from './log/types.ts'
import { createSpeaking } from './media/local/speaking.ts'
import { createMicrophones } from './media/microphones.ts'
import { createVoices } from './media/voices.ts'
import { createModeration } from './moderation/index.ts'
import { createParticipants } from './participants.ts'
import { createPresence } from './presence.ts'
import { createForgetting } from './privacy/forget.ts'
import { createRedaction } from './privacy/redaction.ts'
import type { Outlived } from './privacy/retention.ts'
import type { Recorder } from './recording/types.ts'
import { createRestrictions } from './restrictions.ts'
import { rightsOf } from './rights.ts'
import type { Speech } from './speech/types.ts'
import type { Bus, Room } from './types.ts'
import { viewFor } from './view.ts'

export interface RoomDeps {
  db: Pick<Database, 'withSystem' | 'audit'>
  bus: Bus
  store: LogStore
  committer: Committer
  clock: Clock
  logger: Logger
  nextId: () => string
  /** Without it people are heard by their captions alone. */
  speech?: Speech | undefined
  /** Without it nothing is recorded, whatever a room's settings say. */
  recorder?: Recorder | undefined
  /** The room belongs to another node now. */
  onLost: (room: LiveRoom) => void
}

/** A room with what only its directory may do to it. */
export interface LiveRoom extends Room {
  readonly core: RoomCore
  /** After loading: those who were present may come back, an empty room closes. */
  expectReturn(): void
  /** Nothing of the room happens in this memory any more. */
  release(): void
  /** Members or settings changed: whoever lost the right to read leaves at once. */
  rightsChanged(): Promise<void>
  detachAll(): void
  /** Erases a person from the log and from memory, while others go on. Answers how many events went. */
  forget(userId: string): Promise<number>
  outlived(what: Outlived): Promise<void>
  /** Whether nobody reads or takes part, and no case waits. */
  idle(): boolean
}

/** Brings a stored room to life on this node, under the fence with which it was claimed. */
export function createRoom(stored: StoredRoom, fence: number, deps: RoomDeps): LiveRoom {
  const { db, clock, logger } = deps
  const participants = createParticipants(stored.optedOut)
  for (const event of stored.presence) participants.apply(event)
  const dedupe = createDedupe(clock)
  for (const [id, event] of stored.commands) dedupe.remember(id, event)
  let summary = stored.summary

  const log = createRoomLog({
    room: { id: stored.id, name: stored.name, epoch: stored.epoch, fence },
    head: stored.head,
    recent: stored.recent,
    store: deps.store,
    committer: deps.committer,
    now: clock.now,
    nextId: deps.nextId,
    onCommitted,
    onPending(events, pending) {
      for (const event of events)
        if (event.type === 'transcript.final' || event.type === 'chat.message')
          core.signal({ kind: 'pending', event })
      emit(core, { type: 'room.degraded', actor: SYSTEM, data: { pending } })
    },
    onRecovered: () => emit(core, { type: 'room.recovered', actor: SYSTEM, data: {} }),
    onLost: () => deps.onLost(room),
  })

  const core: RoomCore = {
    id: stored.id,
    name: stored.name,
    owner: stored.owner,
    epoch: stored.epoch,
    db,
    clock,
    logger,
    log,
    members: new Map(stored.members),
    participants,
    restrictions: createRestrictions(clock.now, stored.restrictions),
    cases: createCases(stored.cases),
    nextId: deps.nextId,
    settings: stored.settings,
    media: stored.media,
    status: stored.status,
    closing: false,
    keptAfter: stored.keptAfter,
    listening: () => agents.views().length > 0,
    openedAt: stored.openedAt,
    closedAt: stored.closedAt,
    signal: (signal) => deps.bus.publish({ ...signal, room }),
  }

  const agents = createRoomAgents(core)
  const life = createLife(core, () => microphones.close())
  const presence = createPresence(core, life, (principal) => ({
    room: {
      name: core.name,
      status: core.status,
      opened_at: core.openedAt,
      listening: core.listening(),
      settings: core.settings,
    },
    participants: room.participants(),
    agents: agents.views(),
    summary: summary ?? null,
    ...(allows(rightsOf(core, principal), 'moderate') ? { cases: core.cases.all() } : {}),
    upto: log.head,
  }))
  const speaking = createSpeaking(core, {
    finals: new Map(stored.finals),
    knows: (id) => participants.get(id) !== undefined || agents.has(id),
  })
  const microphones = createMicrophones(core, deps.speech, deps.recorder)
  const voices = createVoices(core, {
    heardLocally: microphones.heardLocally,
    agentName: agents.nameOf,
  })
  const moderation = createModeration(core, presence)
  const redaction = createRedaction(core, {
    async summaryGone() {
      summary = await db.withSystem('read summary', (tx) => latestSummary(tx, core.id))
    },
  })
  const forget = createForgetting(core, {
    presence,
    others: [microphones, speaking, dedupe],
    buried: redaction.buried,
  })

  const room: LiveRoom = {
    core,
    id: core.id,
    name: core.name,
    epoch: core.epoch,
    owner: core.owner,
    get head() {
      return log.head
    },
    get status() {
      return core.status
    },
    get openedAt() {
      return core.openedAt
    },
    get settings() {
      return core.settings
    },
    rightsOf: (principal) => rightsOf(core, principal),
    require: (principal, right) => require(core, principal, right),
    participants: () =>
      participants.views((userId) => core.restrictions.find('muted', userId)?.until),
    isPresent: (userId) => participants.get(userId) !== undefined,
    moderates: presence.moderates,
    agents: agents.views,
    view: () => ({
      name: core.name,
      status: core.status,
      owner: core.owner,
      // also before the first of its people is there, so that they know where to go
      media: voices.attached() ? 'livekit' : core.media,
      opened_at: core.openedAt,
      ...(core.closedAt === undefined ? {} : { closed_at: core.closedAt }),
      participants: participants.size(),
      epoch: core.epoch,
      seq: log.head,
      settings: core.settings,
    }),
    join: presence.join,
    arrive: presence.bring,
    leave: presence.leave,
    async history(principal, after, limit) {
      require(core, principal, 'watch')
      const from = Math.max(after, core.keptAfter)
      const events = await log.after(from, limit)
      return {
        events: events.map(viewFor(core, principal)),
        more: from + events.length < log.head,
      }
    },
    caption: speaking.caption,
    openMicrophone: microphones.open,
    missed: microphones.missed,
    hearsVoice: voices.heard,
    openVoice: voices.open,
    attachMedia: voices.attach,
    chat: speaking.chat,
    setTranscription: speaking.setTranscription,
    act: moderation.act,
    review: moderation.review,
    claim: moderation.claim,
    close: (reason, by) => withinCommitWait(clock, life.close(reason, by)),
    append: log.append,
    emit: (draft) => emit(core, draft),
    enforce: moderation.enforce,
    propose: moderation.propose,
    expire: moderation.expire,
    casesAbout: async (userId) => core.cases.about(userId),
    cases: async () => core.cases.all(),
    openCases: () => core.cases.open(),
    caseOf: moderation.caseOf,
    restricted: moderation.restricted,
    read: (types, after, limit = 1000) =>
      readEvents(db, core, types, Math.max(after, core.keptAfter), limit),
    summary: () => summary,
    setAgents: agents.set,
    setAgentState: agents.setState,
    async once(principal, id, run) {
      if (id === undefined) return withinCommitWait(clock, run(undefined))
      const commandId = keyOf(principal.userId, id)
      return withinCommitWait(
        clock,
        dedupe.once(commandId, () => run(commandId)),
      )
    },
    erase: redaction.erase,
    forget,
    outlived: redaction.outlived,
    expectReturn() {
      presence.expectReturn()
      life.watchEmpty()
    },
    release() {
      life.stop()
      microphones.stop()
      presence.stop()
      moderation.stop()
      log.seal()
      core.signal({ kind: 'released' })
    },
    async rightsChanged() {
      const recorded = presence.revoke()
      core.signal({ kind: 'rights' })
      await withinCommitWait(clock, recorded)
    },
    detachAll: () => presence.closed(),
    // what waits for a person expires here
    idle: () => presence.idle() && core.cases.open().length === 0,
  }
  return room

  /** State follows the log, then readers and agents see it, then what it entails happens. */
  function onCommitted(events: RoomEvent[], contexts?: TraceContexts) {
    for (const event of events) {
      participants.apply(event)
      if (event.type === 'summary.updated') summary = event.data
      if (event.type === 'room.opened') {
        core.status = 'open'
        core.openedAt = event.at
        core.closedAt = undefined
        speaking.reopened()
      }
      if (event.type === 'room.closed') {
        core.status = 'closed'
        core.closedAt = event.at
      }
    }
    core.signal({ kind: 'events', events, ...(contexts ? { contexts } : {}) })
    for (const event of events) {
      if (event.type === 'participant.joined') presence.arrived(event.actor.id)
      if (event.type === 'participant.left') microphones.left(event.actor.id)
      if (event.type === 'moderation.acted' && event.data.action === 'remove')
        presence.removed(event.data.target)
      if (event.type === 'room.closed') presence.closed()
    }
    life.watchEmpty()
  }
}
