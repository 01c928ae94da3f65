import {
  allows,
  type EventDraft,
  HISTORY_LIMIT,
  HubError,
  type Principal,
  type RoomEvent,
  type Snapshot,
} from '#protocol'
import { person, type RoomCore, refuseClosed, refuseRemoved, require } from './core.ts'
import { withinCommitWait } from './deadline.ts'
import { createKeyedLock } from './keyed-lock.ts'
import { departure, type Life } from './life.ts'
import { tellPresent } from './privacy/consents.ts'
import { rightsOf } from './rights.ts'
import { writeMedia } from './room-rows.ts'
import type { Connection, Detached, JoinOptions, JoinResult } from './types.ts'
import { viewFor } from './view.ts'

/** How long a person may be cut off before leaving is recorded, ms. */
const GRACE = 10_000

interface Entry {
  connection: Connection
  as: JoinOptions['as']
  /** Whether it reads already; a join that is under way does not. */
  attached: boolean
}

/** Who is in the room, and by which connections. */
export function createPresence(
  core: RoomCore,
  life: Life,
  snapshot: (principal: Principal) => Snapshot,
) {
  const entries = new Map<string, Entry>()
  const byUser = new Map<string, Set<string>>()
  const departures = new Map<string, () => void>()
  const locked = createKeyedLock()
  /** Comings and goings of one person follow one another. */
  const move = (userId: string, run: () => Promise<void>) => life.move(() => locked(userId, run))

  return {
    join,

    /** A connection that media brings: the person is here by it as by a socket, and nothing is read by it. */
    async bring(
      connection: Connection,
      { name, media }: { name: string; media: 'livekit' },
    ): Promise<void> {
      const { principal } = connection
      require(core, principal, 'join')
      const entry: Entry = { connection, as: 'participant', attached: false }
      remember(entry)
      try {
        await move(principal.userId, async () => {
          await arrive(principal, name, media)
          entry.attached = true
        })
        if (core.media !== media) await writeMedia(core, media)
        // removed while this waited
        refuseRemoved(core, principal.userId)
      } catch (error) {
        if (entries.get(connection.id) === entry) forget(connection.id)
        throw error
      } finally {
        settle(principal.userId, 'left')
      }
    },

    leave(connectionId: string) {
      const entry = entries.get(connectionId)
      if (!entry) return
      forget(connectionId)
      settle(entry.connection.principal.userId, 'left')
    },
    /** Everyone who was present before a crash has the grace to come back. */
    expectReturn() {
      for (const userId of core.participants.ids()) settle(userId, 'lost')
    },
    removed: (userId: string) =>
      detach('removed', ({ connection }) => connection.principal.userId === userId),
    closed: () => detach('closed', () => true),
    /** They are here by no connection from now on, and nobody waits for their coming back. */
    forget(userId: string) {
      detach('forgotten', ({ connection }) => connection.principal.userId === userId)
      departures.get(userId)?.()
      departures.delete(userId)
    },
    /** A join was committed, perhaps after its connection had gone or the person was removed. */
    arrived(userId: string) {
      if (core.restrictions.find('removed', userId)) depart(userId, 'removed').catch(notRecorded)
      else settle(userId, 'left')
    },
    /** Whoever lost the right by which they are here leaves: at once, and then for the record. */
    async revoke() {
      const lost = ({ as, connection: { principal } }: Entry) =>
        !allows(rightsOf(core, principal), as === 'watch' ? 'watch' : 'join')
      const users = new Set(
        [...entries.values()].filter(lost).map(({ connection }) => connection.principal.userId),
      )
      detach('revoked', lost)
      const left = [...users].filter((userId) => !isConnected(userId))
      await Promise.all(left.map((userId) => depart(userId, 'removed')))
    },
    moderates: (userId: string) =>
      [...(byUser.get(userId) ?? [])].some((id) => {
        const entry = entries.get(id)
        return entry && allows(rightsOf(core, entry.connection.principal), 'moderate')
      }),
    idle: () => entries.size === 0,
    stop() {
      for (const cancel of departures.values()) cancel()
      entries.clear()
      byUser.clear()
    },
  }

  /** Drops connections, and has the sockets told. */
  function detach(reason: Detached, which: (entry: Entry) => boolean) {
    const gone = [...entries.values()].filter(
      // A join that waits for the closing opens the room again.
      (entry) => (reason !== 'closed' || entry.attached) && which(entry),
    )
    if (gone.length === 0) return
    const connections = gone.map(({ connection }) => connection.id)
    for (const id of connections) forget(id)
    core.signal({ kind: 'detached', reason, connections })
  }

  async function join(
    connection: Connection,
    options: JoinOptions,
    attach: (result: JoinResult) => void,
  ): Promise<void> {
    const { principal } = connection
    require(core, principal, options.as === 'watch' ? 'watch' : 'join')
    const entry: Entry = { connection, as: options.as, attached: false }
    const before = entries.get(connection.id)
    remember(entry)
    try {
      if (options.as === 'participant')
        await withinCommitWait(
          core.clock,
          move(principal.userId, () => arrive(principal, options.name, 'local')),
        )
      await catchUp(entry, options, attach)
    } catch (error) {
      // Who was in the room by this connection before stays so.
      if (entries.get(connection.id) === entry) {
        if (before) remember(before)
        else forget(connection.id)
      }
      throw error
    } finally {
      settle(principal.userId, 'left')
    }
  }

  /** Records the person's coming, and opens a closed room. */
  async function arrive(
    principal: Principal,
    wanted: string | undefined,
    media: 'local' | 'livekit',
  ): Promise<void> {
    refuseRemoved(core, principal.userId)
    await life.open()
    const present = core.participants.get(principal.userId)
    const muted = core.restrictions.find('muted', principal.userId)
    // A name would be a way to say something all the same.
    const kept = muted && core.participants.nameOf(principal.userId)
    const name = kept ?? wanted ?? present?.name ?? principal.name ?? principal.userId
    if (present?.name === name) return
    const actor = { ...person(core, principal), name }
    if (present) {
      await core.log.append([{ type: 'participant.updated', actor, data: { name } }])
      return
    }
    const drafts: EventDraft[] = [{ type: 'participant.joined', actor, data: { media } }]
    // Who comes back muted is shown as muted.
    if (muted)
      drafts.push({ type: 'participant.updated', actor, data: { muted_until: muted.until } })
    // the snapshot and the room's events say so
    const told = core.listening() ? [{ userId: principal.userId, kind: 'told' as const }] : []
    await core.log.append(drafts, { consents: told })
    // agents that came in the meantime found nobody here
    if (told.length === 0) tellPresent(core)
  }

  async function catchUp(
    entry: Entry,
    { since }: JoinOptions,
    attach: (result: JoinResult) => void,
  ): Promise<void> {
    const { principal, id } = entry.connection
    let recovered =
      since?.epoch === core.epoch &&
      since.seq <= core.log.head &&
      since.seq >= core.keptAfter &&
      !core.log.outdates(since.seq)
    const events: RoomEvent[] = []
    if (recovered && since) {
      for (;;) {
        const last = since.seq + events.length
        const goal = Math.min(core.log.head, since.seq + HISTORY_LIMIT)
        if (last >= goal) break
        const more = core.log.after(last, goal - last)
        // Awaited only where it must be: after the last check nothing may come between.
        const page = Array.isArray(more) ? more : await more
        // what the room keeps began later while this waited, or something in it was erased
        if (since.seq < core.keptAfter || core.log.outdates(since.seq)) {
          recovered = false
          events.length = 0
          break
        }
        if (page.length === 0) throw new HubError('internal', 'The log has a gap.')
        events.push(...page)
      }
    }
    // The person may have gone or been removed, and the room closed, while this waited.
    require(core, principal, entry.as === 'watch' ? 'watch' : 'join')
    const present = core.participants.get(principal.userId) !== undefined
    if (entry.as === 'participant' && !present) refuseClosed(core)
    if (entries.get(id) !== entry || (entry.as === 'participant' && !present))
      throw new HubError('conflict', 'The connection left, or joined anew, while it joined.')
    entry.attached = true
    const seq = core.log.head
    const view = viewFor(core, principal)
    attach({
      as: entry.as,
      epoch: core.epoch,
      seq,
      recovered,
      events: events.map(view),
      ...(recovered && since && since.seq + events.length < seq ? { more: true } : {}),
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
          depart(userId, reason).catch(notRecorded)
        }),
      )
    }
  }

  /** Records that a person has gone, unless they are back by then. */
  function depart(userId: string, reason: 'left' | 'lost' | 'removed'): Promise<void> {
    return move(userId, async () => {
      const participant = core.participants.get(userId)
      const removed = core.restrictions.find('removed', userId)
      if (participant && (removed || !isConnected(userId)))
        await core.log.append([departure(participant, reason)])
    })
  }

  function notRecorded(err: unknown) {
    core.logger.warn({ err }, 'a departure was not recorded')
  }
}
