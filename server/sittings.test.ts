import { expect, test } from 'vitest'
import { type AuditEntry, type Tx, UnavailableError } from '#db'
import type { Principal } from '#protocol'
import { createSittings } from './sittings.ts'

const MINUTE = 60_000
const room = { id: 'r', name: 'the room', owner: 'olga' }
const person = (userId: string): Principal => ({ userId, role: 'user', expiresAt: 9e15 })

/** Sittings over a database that is there or not, at a time that stands. */
function setUp() {
  const time = { now: 1_000_000, due: [] as (() => void)[] }
  const base: { failure: Error | undefined; tries: number } = { failure: undefined, tries: 0 }
  const written: string[] = []
  const errors: string[] = []
  const sittings = createSittings({
    db: {
      withSystem: async (_, fn) => {
        base.tries += 1
        if (base.failure) throw base.failure
        return fn({} as Tx)
      },
      audit: async (_, { by, at, action }: AuditEntry) => {
        const who = by === 'system' ? by : by.userId
        written.push(`${who} ${action} ${((at ?? 0) - 1_000_000) / MINUTE}`)
      },
    },
    clock: {
      now: () => time.now,
      after: (_, run) => {
        time.due.push(run)
        return () => {}
      },
    },
    log: { error: (_, message) => void errors.push(message) },
  })
  /** Whoever waits for the next attempt makes it. */
  const retry = async () => {
    while (time.due.length === 0) await Promise.resolve()
    for (const run of time.due.splice(0)) run()
  }
  return { sittings, time, base, written, errors, retry }
}

test('a sitting is one entry, until nothing is read for half an hour', async () => {
  const { sittings, time, written } = setUp()
  const read = (userId: string) => sittings.read(room, person(userId))
  read('ann')
  read('ben')
  time.now += 29 * MINUTE
  read('ann')
  time.now += 29 * MINUTE
  read('ann')
  read('ben')
  time.now += 30 * MINUTE
  read('ann')
  sittings.read({ ...room, id: 'another' }, person('ann'))
  await sittings.flush()
  expect(written).toEqual([
    'ann room.read 0',
    'ben room.read 0',
    'ben room.read 58',
    'ann room.read 88',
    'ann room.read 88',
  ])
})

test('who reads along does not pause: the half hour begins when the last connection is gone', async () => {
  const { sittings, time, written } = setUp()
  const first = sittings.sit(room, person('ann'))
  const second = sittings.sit(room, person('ann'))
  time.now += 120 * MINUTE
  first()
  first()
  time.now += 60 * MINUTE
  sittings.read(room, person('ann'))
  second()
  time.now += 29 * MINUTE
  sittings.sit(room, person('ann'))()
  time.now += 31 * MINUTE
  sittings.sit(room, person('ann'))
  await sittings.flush()
  expect(written).toEqual(['ann room.read 0', 'ann room.read 240'])
})

test('while the database is away nothing waits for it; what was read is written when it is back', async () => {
  const { sittings, time, base, written, retry } = setUp()
  base.failure = new UnavailableError('ETIMEDOUT', 'away')
  sittings.read(room, person('ann'))
  for (let i = 0; i < 10; i++) await retry()
  time.now += 5 * MINUTE
  sittings.read(room, person('ben'))
  base.failure = undefined
  await retry()
  await sittings.flush()
  expect(written).toEqual(['ann room.read 0', 'ben room.read 5'])
  expect(base.tries).toBe(13)
})

test('what the database refuses for good is given up, and said; so is what waits when the hub stops', async () => {
  const { sittings, base, written, errors, retry } = setUp()
  base.failure = new Error('refused')
  sittings.read(room, person('ann'))
  for (let i = 0; i < 4; i++) await retry()
  await sittings.flush()
  expect(errors).toHaveLength(1)
  base.failure = new UnavailableError('ETIMEDOUT', 'away')
  sittings.read(room, person('ben'))
  await sittings.stop()
  expect([written, errors.length]).toEqual([[], 2])
})

test('what waits is bounded', async () => {
  const { sittings, base, written, errors, retry } = setUp()
  base.failure = new UnavailableError('ETIMEDOUT', 'away')
  for (let i = 0; i < 10_002; i++) sittings.read(room, person(`p${i}`))
  base.failure = undefined
  await retry()
  await sittings.flush()
  expect(written.length).toBe(10_000)
  expect(written[0]).toBe('p2 room.read 0')
  expect(errors).toHaveLength(2)
})
