import fc from 'fast-check'
import pino from 'pino'
import { describe, expect, it } from 'vitest'
import {
  type BlankEvent,
  type EventDraft,
  HubError,
  type Principal,
  type RoomEvent,
  RoomSettings,
  render,
  visible,
} from '#protocol'
import { createLocalBus } from './bus.ts'
import type { Clock } from './clock.ts'
import { SYSTEM } from './core.ts'
import { createCommitter } from './log/committer.ts'
import type { LogStore, RoomBatch } from './log/types.ts'
import { createRoom, type LiveRoom } from './room.ts'

/**
 * The log and its ownership against a model: people who speak and whisper, readers that come, go and
 * resume, commits that fail before or after they happened, and takeovers by another node. The
 * scheduler decides the order in which commits and reads end.
 */

const PEOPLE = ['ann', 'ben', 'mod'] as const
type Person = (typeof PEOPLE)[number]

/** Postgres as the log needs it: rows and a fence for a room. */
function createStore(schedule: <T>(run: () => Promise<T>, label: string) => Promise<T>) {
  const rows: RoomEvent[] = []
  const faults: ('before' | 'after' | 'poison')[] = []
  let fence = 1

  const store: LogStore = {
    isUnavailable: (error) => error instanceof Away,
    append: (batches, also) =>
      schedule(async () => {
        expect(also).toBeUndefined()
        const fault = faults.shift()
        if (fault === 'before') throw new Away()
        if (fault === 'poison') throw new Error('value out of range')
        const held = batches.filter((batch) => batch.fence === fence)
        for (const batch of held) write(batch)
        if (fault === 'after') throw new Away()
        return new Set(held.map((batch) => batch.roomId))
      }, 'append'),
    landed: (batches) =>
      schedule(async () => {
        if (faults[0] === 'before') {
          faults.shift()
          throw new Away()
        }
        const found = batches.filter((batch) =>
          rows.some((row) => row.id === batch.rows[0]?.event.id),
        )
        return new Set(found.map((batch) => batch.roomId))
      }, 'landed'),
    read: (_room, after, limit) =>
      schedule(async () => rows.filter((row) => row.seq > after).slice(0, limit), 'read'),
  }

  function write(batch: RoomBatch) {
    for (const { event } of batch.rows) {
      // What the primary key of the table says.
      expect(event.seq).toBe(rows.length + 1)
      expect(rows.some((row) => row.id === event.id)).toBe(false)
      rows.push(event)
    }
    expect(batch.head).toBe(rows.length)
  }

  return { store, rows, faults, fence: () => fence, takeOver: () => ++fence }
}

class Away extends Error {}

function createNode(
  backing: ReturnType<typeof createStore>,
  clock: Clock,
  nextId: () => string,
  fence: number,
) {
  const logger = pino({ level: 'silent' })
  const bus = createLocalBus({ log: logger })
  const committer = createCommitter(
    { store: backing.store, clock, log: logger, renewLease: async () => fence === backing.fence() },
    { retryMs: 1, maxWaitingItems: 20 },
  )
  const present = new Set<string>()
  for (const event of backing.rows) {
    if (event.type === 'participant.joined') present.add(event.actor.id)
    if (event.type === 'participant.left') present.delete(event.actor.id)
  }
  const room = createRoom(
    {
      id: 'r',
      name: 'room',
      owner: 'mod',
      media: 'local',
      status: 'open',
      epoch: 1,
      head: backing.rows.length,
      keptAfter: 0,
      openedAt: 0,
      closedAt: undefined,
      settings: RoomSettings.parse({ empty_timeout_ms: 86_400_000 }),
      members: [
        ['ann', ['join']],
        ['ben', ['join']],
      ],
      // A short memory, so that resumes also read the store.
      recent: backing.rows.slice(-2),
      presence: backing.rows.filter((event) => event.type.startsWith('participant.')),
      optedOut: [],
      finals: [],
      commands: [],
      restrictions: [],
      cases: [],
      summary: undefined,
    },
    fence,
    {
      db: { withSystem: notInTheModel, audit: notInTheModel },
      bus,
      store: backing.store,
      committer,
      clock,
      logger,
      nextId,
      onLost: (lost) => lost.release(),
    },
  )
  return { room, bus }
}

const notInTheModel = () => Promise.reject(new Error('not in the model'))

function principal(userId: Person): Principal {
  return { userId, role: 'user', expiresAt: Number.MAX_SAFE_INTEGER }
}

/** A client as WIRE describes one: keeps the last seq, resumes from it, and notes what it saw. */
function createReader(userId: Person, id: string) {
  const seen: (RoomEvent | BlankEvent)[] = []
  let since: { epoch: number; seq: number } | undefined
  let attached: { off: () => void; room: LiveRoom } | undefined

  return {
    userId,
    seen,
    start: 0,
    async join(node: ReturnType<typeof createNode>) {
      this.leave()
      await node.room.join(
        { id, principal: principal(userId) },
        { as: 'watch', ...(since ? { since } : {}) },
        (result) => {
          if (since) expect(result.recovered).toBe(true)
          else this.start = result.seq
          for (const event of result.events) take(event)
          // Pages are not reached in the model: logs stay short.
          expect(result.more).toBeUndefined()
          expect(since?.seq ?? result.seq).toBe(result.seq)
          since = { epoch: result.epoch, seq: result.seq }
          const off = node.bus.subscribe((signal) => {
            if (signal.kind !== 'events') return
            for (const event of signal.events) take(view(event))
          })
          attached = { off, room: node.room }
        },
      )
    },
    leave() {
      attached?.off()
      attached?.room.leave(id)
      attached = undefined
    },
  }

  function take(event: RoomEvent | BlankEvent) {
    if (since) expect(event.seq).toBe(since.seq + 1)
    since = { epoch: event.epoch, seq: event.seq }
    seen.push(event)
  }

  function view(event: RoomEvent) {
    return see(event, userId)
  }
}

function see(event: RoomEvent, userId: Person) {
  const reader = { userId, moderates: userId === 'mod' }
  return render(event, visible(event, reader, { moderatorsSeePrivate: false }))
}

const person = fc.constantFrom(...PEOPLE)
const step = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant('say' as const), by: person }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('whisper' as const), by: person, to: person }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('flag' as const), target: person }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('read' as const), reader: fc.nat(3) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('leave' as const), reader: fc.nat(3) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('fault' as const),
      kind: fc.constantFrom('before' as const, 'after' as const, 'poison' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('takeover' as const) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('wait' as const),
      times: fc.integer({ min: 1, max: 6 }),
    }),
  },
)

describe('the room log', () => {
  it('loses nothing acked, shows nothing twice, and shows each reader the same live, resumed and read', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 5, maxLength: 80 }),
        fc.scheduler(),
        async (steps, scheduler) => {
          let now = 0
          let ids = 0
          const nextId = () => `e${++ids}`
          const clock: Clock = {
            now: () => ++now,
            // The long waits (grace, emptiness, deadlines) are not this model's; retries are.
            after(ms, run) {
              if (ms > 10) return () => undefined
              void scheduler.schedule(Promise.resolve(), 'timer').then(run)
              return () => undefined
            },
          }
          const backing = createStore((run, label) =>
            scheduler.schedule(Promise.resolve(), label).then(run),
          )
          let node = createNode(backing, clock, nextId, 1)
          const readers = [
            createReader('ann', 'r0'),
            createReader('ben', 'r1'),
            createReader('mod', 'r2'),
            createReader('ann', 'r3'),
          ]
          const acked: RoomEvent[] = []
          const work: Promise<unknown>[] = []
          const append = (draft: EventDraft) => {
            work.push(
              node.room.append([draft]).then(
                (events) => acked.push(...events),
                () => undefined,
              ),
            )
          }

          for (const s of steps) {
            if (s.do === 'say')
              append({ type: 'chat.message', actor: actor(s.by), data: { text: 'x' } })
            if (s.do === 'whisper')
              append({ type: 'chat.message', actor: actor(s.by), data: { text: 'x' }, to: s.to })
            if (s.do === 'flag')
              append({
                type: 'moderation.acted',
                actor: SYSTEM,
                data: { case: 'c', target: s.target, action: 'warn', reason: 'y', by: 'policy' },
              })
            if (s.do === 'read') {
              const reader = readers[s.reader]
              if (reader) work.push(reader.join(node).catch(superseded))
            }
            if (s.do === 'leave') readers[s.reader]?.leave()
            if (s.do === 'fault') backing.faults.push(s.kind)
            if (s.do === 'wait')
              for (let i = 0; i < s.times; i++) {
                await new Promise((resolve) => setImmediate(resolve))
                if (scheduler.count() > 0) await scheduler.waitOne()
              }
            if (s.do === 'takeover') {
              // The new owner reads the log under its own fence, while the old one still writes.
              const fence = backing.takeOver()
              for (const reader of readers) reader.leave()
              await settle(scheduler, work)
              node = createNode(backing, clock, nextId, fence)
            }
          }
          await settle(scheduler, work)
          // A client that was cut comes back; one that never came, comes now.
          for (const reader of readers) work.push(reader.join(node))
          await settle(scheduler, work)

          for (const event of acked) expect(backing.rows[event.seq - 1]).toEqual(event)
          for (const reader of readers) {
            const expected = backing.rows
              .slice(reader.start)
              .map((event) => see(event, reader.userId))
            expect(reader.seen).toEqual(expected)
          }
        },
      ),
      { numRuns: 1000 },
    )
  }, 60_000)
})

/** A reader that joins again, or leaves, before its last join ended. */
function superseded(error: unknown) {
  if (!(error instanceof HubError && error.code === 'conflict')) throw error
}

function actor(id: Person) {
  return { id, name: id, kind: 'person' as const }
}

/** Lets everything that is under way end, in the scheduler's order. */
async function settle(scheduler: fc.Scheduler, work: Promise<unknown>[]) {
  let done = false
  const all = Promise.all(work.splice(0)).finally(() => {
    done = true
  })
  all.catch(() => undefined)
  while (!done) {
    if (scheduler.count() > 0) await scheduler.waitOne()
    else await new Promise((resolve) => setImmediate(resolve))
  }
  await all
}
