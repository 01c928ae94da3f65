import pino from 'pino'
import { describe, expect, test } from 'vitest'
import type { RoomEvent } from '#protocol'
import { type CommitTarget, createCommitter } from './committer.ts'
import type { LogStore, UnplacedEvent } from './types.ts'

class Away extends Error {}

/** A store whose appends end when, and as, the test says. */
function setup() {
  const calls: { rooms: string[]; seqs: number[]; end: (error?: Error) => void }[] = []
  const store: LogStore = {
    append: (batches) =>
      new Promise((resolve, reject) => {
        calls.push({
          rooms: batches.map(({ roomId }) => roomId),
          seqs: batches.flatMap(({ rows }) => rows.map(({ event }) => event.seq)),
          end: (error) =>
            error ? reject(error) : resolve(new Set(batches.map(({ roomId }) => roomId))),
        })
      }),
    landed: async () => new Set(),
    read: async () => [],
    isUnavailable: (error) => error instanceof Away,
  }
  const after = (_: number, run: () => void) => {
    setImmediate(run)
    return () => {}
  }
  const committer = createCommitter(
    {
      store,
      clock: { now: () => 0, after },
      log: pino({ level: 'silent' }),
      renewLease: async () => true,
    },
    { maxWaitingItems: 3, batchItems: 4 },
  )
  const told: string[] = []
  const target = (roomId: string): CommitTarget => ({
    roomId,
    fence: 1,
    head: 0,
    committed: (events) => told.push(`${roomId} shows ${events.map(({ seq }) => seq)}`),
    waiting: (_, appends) => told.push(`${roomId} waits with ${appends}`),
    recovered: () => told.push(`${roomId} recovers`),
    lost: () => told.push(`${roomId} is lost`),
  })
  /** The next append that the store is asked for. */
  const call = async (n: number) => {
    while (!calls[n]) await new Promise(setImmediate)
    return calls[n]
  }
  const submit = (to: CommitTarget, also?: () => Promise<void>) => {
    const events = [{ id: 'x', data: {} } as unknown as UnplacedEvent]
    const work = committer.submit({ target: to, events, ...(also ? { also } : {}) })
    return work.then((committed: RoomEvent[]) => committed.map(({ seq }) => seq))
  }
  return { committer, target, submit, call, calls, told }
}

describe('the group commit', () => {
  test('takes what comes while a commit runs together into the next, rooms beside one another', async () => {
    const { submit, target, call, told } = setup()
    const [a, b] = [target('a'), target('b')]
    const first = submit(a)
    const one = await call(0)
    expect(one.seqs).toEqual([1])
    const rest = [submit(a), submit(b), submit(a)]
    one.end()
    expect(await first).toEqual([1])
    const two = await call(1)
    expect(two).toMatchObject({ rooms: ['a', 'b'], seqs: [2, 3, 1] })
    expect(told).toEqual(['a shows 1'])
    two.end()
    expect(await Promise.all(rest)).toEqual([[2], [1], [3]])
    expect(told).toEqual(['a shows 1', 'a shows 2,3', 'b shows 1'])
  })

  test('lets what brings rows of its own go alone, in its order, and batches are bounded', async () => {
    const { submit, target, call } = setup()
    const a = target('a')
    const also = async () => {}
    const all = [submit(a), submit(a, also), ...Array.from({ length: 5 }, () => submit(a))]
    const sizes: number[] = []
    for (let n = 0; n < 4; n++) {
      const { seqs, end } = await call(n)
      sizes.push(seqs.length)
      end()
    }
    expect(sizes).toEqual([1, 1, 4, 1])
    expect((await Promise.all(all)).flat()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })

  test('refuses alone what is at fault, and gives its seq to the next', async () => {
    const { submit, target, call } = setup()
    const a = target('a')
    const all = Promise.allSettled([submit(a), submit(a), submit(a)])
    const poison = new Error('never')
    ;(await call(0)).end(poison)
    ;(await call(1)).end()
    ;(await call(2)).end(poison)
    const last = await call(3)
    expect(last.seqs).toEqual([2])
    last.end()
    expect(await all).toMatchObject([{ value: [1] }, { reason: poison }, { value: [2] }])
  })

  test('tells each room what waits, refuses over the bound, and tells when nothing waits any more', async () => {
    const { committer, submit, target, call, told } = setup()
    const [a, b] = [target('a'), target('b')]
    const held = [submit(a)]
    ;(await call(0)).end(new Away())
    while (!committer.degraded()) await new Promise(setImmediate)
    held.push(submit(a), submit(b), submit(a))
    await expect(submit(a)).rejects.toMatchObject({ code: 'degraded' })
    expect(told).toEqual(['a waits with 1', 'a waits with 2', 'b waits with 1', 'a waits with 3'])
    told.length = 0
    ;(await call(1)).end()
    const second = await call(2)
    // One of three is kept: neither room has recovered yet.
    expect(told).toEqual(['a shows 1'])
    second.end()
    await Promise.all(held)
    expect(told).toEqual(['a shows 1', 'a shows 2,3', 'b shows 1', 'a recovers', 'b recovers'])
    expect(committer.degraded()).toBe(false)
  })

  test('stops: what waits is refused, and so is what comes after', async () => {
    const { committer, submit, target, call } = setup()
    const a = target('a')
    const waiting = Promise.allSettled([submit(a), submit(a)])
    const { end } = await call(0)
    committer.stop()
    end(new Away())
    expect(await waiting).toMatchObject([
      { reason: { code: 'degraded' } },
      { reason: { code: 'degraded' } },
    ])
    await expect(submit(a)).rejects.toMatchObject({ code: 'draining' })
    await committer.drained()
  })
})
