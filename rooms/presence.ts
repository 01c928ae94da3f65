import { eq } from 'drizzle-orm'
import { type Tx, tables } from '#db'
import {
  type EventDraft,
  HISTORY_LIMIT,
  HubError,
  type Principal,
  type RoomEvent,
  type Snapshot,
} from '#protocol'
import { person, type RoomCore, refuseRemoved, require, SYSTEM } from './core.ts'
import { withinCommitWait } from './deadline.ts'
import { createKeyedLock } from './keyed-lock.ts'
import type { Connection, JoinOptions, JoinResult } from './types.ts'
import { viewFor } from './view.ts'

/** How long a person may be cut off before leaving is recorded, ms. */
export const GRACE = 10_000

interface Entry {
  connection: Connection
  as: JoinOptions['as']
}

/** Who is in the room, by which connections; opening, emptying and closing follow from it. */
export function createPresence(core: RoomCore, snapshot: (principal: Principal) => Snapshot) {
  const entries = new Map<string, Entry>()
  const byUser = new Map<string, Set<string>>()
  const departures = new Map<string, () => void>()
  const locked = createKeyedLock()
  let emptyTimer: (() => void) | undefined

  return {
    join,
    leave(connectionId: string) {
      const entry = entries.get(connectionId)
      if (!entry) return
      forget(connectionId)
      settle(entry.connection.principal.userId, 'left')
    },
    /** Everyone who was present before a crash has the grace to come back. */
    expectReturn() {
      for (const userId of core.participants.ids()) settle(userId, 'lost')
      watchEmpty()
    },
    detach,
    /** A join was committed, perhaps after its connection had gone. */
    arrived: (userId: string) => settle(userId, 'left'),
    /** The right to be here is gone. */
    async revoke(userId: string) {
      const participant = core.participants.get(userId)
      if (participant)
        await core.log.append([
          {
            type: 'participant.left',
            actor: { id: participant.id, name: participant.name, kind: 'person' },
            data: { reason: 'removed' },
          },
        ])
      detach('revoked', userId)
    },
    connections: (): Connection[] => [...entries.values()].map((entry) => entry.connection),
    close,
    watchEmpty,
    stop() {
      for (const cancel of departures.values()) cancel()
      emptyTimer?.()
    },
  }

  /** Drops connections of a user, or of all, and has the sockets told. */
  function detach(reason: 'removed' | 'revoked' | 'closed', userId?: string) {
    for (const [id, { connection }] of entries)
      if (userId === undefined || connection.principal.userId === userId) forget(id)
    core.signal({ kind: 'detached', reason, ...(userId === undefined ? {} : { userId }) })
  }

  async function join(
    connection: Connection,
    options: JoinOptions,
    attach: (result: JoinResult) => void,
  ): Promise<void> {
    const { principal } = connection
    require(core, principal, options.as === 'watch' ? 'watch' : 'join')
    refuseRemoved(core, principal.userId)
    const entry: Entry = { connection, as: options.as }
    remember(entry)
    try {
      if (options.as === 'participant')
        await withinCommitWait(
          core.clock,
          locked(principal.userId, () => arrive(principal, options.name)),
        )
      await catchUp(entry, options, attach)
    } catch (error) {
      if (entries.get(connection.id) === entry) forget(connection.id)
      throw error
    } finally {
      settle(principal.userId, 'left')
    }
  }

  /** Records the person's coming, and opens a closed room. */
  async function arrive(principal: Principal, wanted: string | undefined): Promise<void> {
    refuseRemoved(core, principal.userId)
    if (core.status === 'closed') await locked('', open)
    const present = core.participants.get(principal.userId)
    const name = wanted ?? present?.name ?? principal.name ?? principal.userId
    if (present?.name === name) return
    const actor = { ...person(core, principal), name }
    await core.log.append([
      present
        ? { type: 'participant.updated', actor, data: { name } }
        : { type: 'participant.joined', actor, data: { media: 'local' } },
    ])
  }

  async function catchUp(
    entry: Entry,
    { since }: JoinOptions,
    attach: (result: JoinResult) => void,
  ): Promise<void> {
    const { principal, id } = entry.connection
    const recovered = since?.epoch === core.epoch && since.seq <= core.log.head
    const events: RoomEvent[] = []
    if (recovered) {
      for (;;) {
        const last = since.seq + events.length
        const goal = Math.min(core.log.head, since.seq + HISTORY_LIMIT)
        if (last >= goal) break
        const more = core.log.after(last, goal - last)
        // Awaited only where it must be: after the last check nothing may come between.
        const page = Array.isArray(more) ? more : await more
        if (page.length === 0) throw new HubError('internal', 'The log has a gap.')
        events.push(...page)
      }
    }
    // The person may have gone or been removed while this waited.
    if (entries.get(id) !== entry) {
      refuseRemoved(core, principal.userId)
      throw new HubError('not_found', 'The connection left the room while it joined.')
    }
    require(core, principal, 'watch')
    const seq = core.log.head
    const view = viewFor(core, principal)
    attach({
      as: entry.as,
      epoch: core.epoch,
      seq,
      recovered,
      events: events.map(view),
      ...(recovered && since.seq + events.length < seq ? { more: true } : {}),
      ...(recovered ? {} : { snapshot: snapshot(principal) }),
    })
  }

  function remember(entry: Entry) {
    const { id, principal } = entry.connection
    entries.set(id, entry)
    const ids = byUser.get(principal.userId) ?? new Set()
    byUser.set(principal.userId, ids.add(id))
  }

  function forget(connectionId: string) {
    const userId = entries.get(connectionId)?.connection.principal.userId
    if (userId === undefined) return
    entries.delete(connectionId)
    const ids = byUser.get(userId)
    ids?.delete(connectionId)
    if (ids?.size === 0) byUser.delete(userId)
  }

  function isConnected(userId: string): boolean {
    for (const id of byUser.get(userId) ?? [])
      if (entries.get(id)?.as === 'participant') return true
    return false
  }

  /** Starts or ends a person's grace by whether a connection of theirs takes part. */
  function settle(userId: string, reason: 'left' | 'lost') {
    const gone = core.participants.get(userId) !== undefined && !isConnected(userId)
    const pending = departures.get(userId)
    if (!gone) {
      pending?.()
      departures.delete(userId)
    } else if (!pending) {
      departures.set(
        userId,
        core.clock.after(GRACE, () => {
          departures.delete(userId)
          locked(userId, () => depart(userId, reason)).catch((err) =>
            core.logger.warn({ err }, 'a departure was not recorded'),
          )
        }),
      )
    }
  }

  async function depart(userId: string, reason: 'left' | 'lost'): Promise<void> {
    const participant = core.participants.get(userId)
    if (!participant || isConnected(userId)) return
    const { id, name } = participant
    await core.log.append([
      { type: 'participant.left', actor: { id, name, kind: 'person' }, data: { reason } },
    ])
  }

  async function open(): Promise<void> {
    if (core.status === 'open') return
    await core.log.append([{ type: 'room.opened', actor: SYSTEM, data: {} }], {
      also: (tx) => writeStatus(tx, 'open'),
    })
  }

  async function close(reason: 'closed' | 'empty'): Promise<void> {
    await locked('', async () => {
      if (core.status === 'closed') return
      const left = core.participants
        .views(() => undefined)
        .map(
          ({ id, name }): EventDraft => ({
            type: 'participant.left',
            actor: { id, name, kind: 'person' },
            data: { reason: 'closed' },
          }),
        )
      await core.log.append([...left, { type: 'room.closed', actor: SYSTEM, data: { reason } }], {
        also: (tx) => writeStatus(tx, 'closed'),
      })
    })
  }

  function writeStatus(tx: Tx, status: 'open' | 'closed') {
    const now = core.clock.now()
    return tx
      .update(tables.rooms)
      .set(
        status === 'open' ? { status, openedAt: now, closedAt: null } : { status, closedAt: now },
      )
      .where(eq(tables.rooms.id, core.id))
      .then(() => undefined)
  }

  /** An open room without people closes after a while. */
  function watchEmpty() {
    const empty = core.status === 'open' && core.participants.size() === 0
    if (!empty) {
      emptyTimer?.()
      emptyTimer = undefined
      return
    }
    emptyTimer ??= core.clock.after(core.settings.empty_timeout_ms, () => {
      emptyTimer = undefined
      if (core.participants.size() > 0) return
      close('empty').catch((err) => core.logger.warn({ err }, 'an empty room was not closed'))
    })
  }
}
