import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HubError } from '../errors.ts'
import type { WireEvent } from '../events.ts'
import { final, fresh } from './fake-socket.ts'
import { createFollower } from './follow.ts'
import type { Link } from './link.ts'

const PAGE = 3

/** A hub's log and one connection to it: pages are small, answers take their time, live events get lost. */
function modelHub() {
  const log: WireEvent[] = []
  let connection = 0
  let attached = false
  let epoch = 1
  const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

  const once = async (name: string, payload: object) => {
    const mine = connection
    await turn()
    const { since, after = 0 } = payload as {
      since?: { epoch: number; seq: number }
      after?: number
    }
    const from = since?.seq ?? after
    const events = log.slice(from, from + PAGE)
    const known = since?.epoch === epoch
    const answer =
      name === 'room.history'
        ? { ok: true, events, more: log.length > from + PAGE }
        : known
          ? { ok: true, epoch, seq: log.length, recovered: true, events }
          : fresh(log.length, epoch)
    if (name === 'room.join' && mine === connection) attached = true
    await turn()
    if (mine !== connection) throw new HubError('timed_out', 'cut')
    return answer
  }
  const link = { once, connected: true, openRoom: () => undefined } as unknown as Link
  return {
    ...{ link, turn },
    append: () => {
      const event = final(log.length + 1, undefined, epoch)
      log.push(event)
      return attached ? event : undefined
    },
    at: (seq: number) => (attached ? log[seq] : undefined),
    cut: () => {
      connection += 1
      attached = false
    },
    /** Restored from a backup: the log is shorter, and its epoch another. */
    restore: () => {
      epoch += 1
      log.length = Math.floor(log.length / 2)
      for (const [i] of log.entries()) log[i] = final(i + 1, undefined, epoch)
    },
    head: () => ({ epoch, seq: log.length }),
  }
}

const step = fc.oneof(
  { weight: 10, arbitrary: fc.constant('append' as const) },
  { weight: 3, arbitrary: fc.constant('lose' as const) },
  { weight: 3, arbitrary: fc.constant('duplicate' as const) },
  { weight: 2, arbitrary: fc.constant('cut' as const) },
  { weight: 6, arbitrary: fc.constant('turn' as const) },
  { weight: 1, arbitrary: fc.constant('restore' as const) },
)

test('whatever is cut, lost or repeated: each event once, in order, without a gap, to the end', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 80 }), async (steps) => {
      const hub = modelHub()
      let place: { epoch: number; seq: number } | undefined
      const follower = createFollower(
        hub.link,
        { room: 'r', as: 'watch', history: 0 },
        {
          reset: (_snapshot, epoch, seq) => {
            place = { epoch, seq }
          },
          event: (event) => {
            if (!('seq' in event)) return
            expect(event).toMatchObject({ epoch: place?.epoch, seq: (place?.seq ?? 0) + 1 })
            place = { epoch: event.epoch, seq: event.seq }
          },
          erased: () => undefined,
          live: () => undefined,
          refused: (error) => {
            throw error
          },
        },
      )
      const reconnect = () => {
        hub.cut()
        follower.detach()
        follower.attach()
      }
      follower.attach()
      for (const one of steps) {
        if (one === 'turn') await hub.turn()
        else if (one === 'cut') reconnect()
        else if (one === 'restore') {
          hub.restore()
          reconnect()
        } else if (one === 'duplicate') {
          const old = hub.at(Math.floor((place?.seq ?? 0) / 2))
          if (old && place && 'seq' in old && old.seq <= place.seq) follower.receive(old)
        } else {
          const event = hub.append()
          if (event && one === 'append') follower.receive(event)
        }
      }
      // Quiet at last: one more event shows what is missing.
      for (let i = 0; i < 6; i++) await hub.turn()
      const last = hub.append()
      if (last) follower.receive(last)
      for (let i = 0; i < 100; i++) await hub.turn()
      expect(place).toEqual(hub.head())
    }),
    { numRuns: 300 },
  )
})
