import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type EventDraft, HISTORY_LIMIT } from '#protocol'
import { useDatabase } from '../support/postgres.ts'
import { type Member, person, refusal, startNode, type TestNode } from '../support/rooms.ts'

describe('resume and history', () => {
  const database = useDatabase()
  let node: TestNode
  let ann: Member
  /** Longer than what stays in memory (1,000 to 2,000 events) and than three pages. */
  const LENGTH = 2_600

  beforeAll(async () => {
    node = await startNode(database.db)
    ann = await node.enter('long', 'ann')
    const actor = { id: 'ann', name: 'ann', kind: 'person' as const }
    for (let said = 2; said < LENGTH; said += 100)
      await ann.room.append(
        Array.from({ length: Math.min(100, LENGTH - said) }, (_, i): EventDraft => {
          const data = { text: `${said + i + 1}` }
          return { type: 'chat.message', actor, data }
        }),
      )
    expect(ann.room.head).toBe(LENGTH)
  })
  afterAll(() => node.rooms.stop(1000))

  const resume = (seq: number, epoch = ann.ack.epoch) =>
    node.enter('long', 'ann', { as: 'watch', since: { epoch, seq } })
  const seqs = (from: number, to: number) =>
    Array.from({ length: to - from }, (_, i) => from + 1 + i)

  test.each([0, 1, 600, 1_599, 1_600, 1_601, 2_100, LENGTH - 1, LENGTH])(
    'from %i: the next 500 or all, and `more` says so',
    async (since) => {
      const { ack } = await resume(since)
      expect(ack).toMatchObject({ recovered: true, seq: LENGTH })
      expect(ack.snapshot).toBeUndefined()
      const last = Math.min(LENGTH, since + HISTORY_LIMIT)
      expect(ack.events.map((event) => event.seq)).toEqual(seqs(since, last))
      expect(ack.more).toBe(last < LENGTH ? true : undefined)
    },
  )

  test('the rest is had by history, page by page, without gap or repetition', async () => {
    const { ack } = await resume(0)
    const events = [...ack.events]
    for (let more = ack.more === true; more; ) {
      const page = await ann.room.history(ann.principal, events.length, 499)
      events.push(...page.events)
      more = page.more
    }
    expect(events.map((event) => event.seq)).toEqual(seqs(0, LENGTH))
    expect(events.at(-1)).toMatchObject({ data: { text: `${LENGTH}` } })
  })

  test('history after the end, and beyond it, is empty', async () => {
    for (const after of [LENGTH, LENGTH + 1, 1e9])
      expect(await ann.room.history(ann.principal, after, 500)).toEqual({ events: [], more: false })
  })

  test('another epoch, or a seq that is not there yet, gets a snapshot', async () => {
    for (const since of [
      { seq: 3, epoch: ann.ack.epoch + 1 },
      { seq: 3, epoch: 0 },
      { seq: LENGTH + 1, epoch: ann.ack.epoch },
    ]) {
      const { ack } = await resume(since.seq, since.epoch)
      expect(ack).toMatchObject({ recovered: false, events: [], seq: LENGTH })
      expect(ack.snapshot?.upto).toBe(LENGTH)
    }
  })

  test('a resume that reads from Postgres while events come misses none and gets none twice', async () => {
    const { room } = ann
    const actor = { id: 'ann', name: 'ann', kind: 'person' as const }
    const append = () =>
      room.append([{ type: 'chat.message', actor, data: { text: `${room.head}` } }])
    for (let round = 0; round < 10; round++) {
      const [reader] = await Promise.all([resume(round), append(), append(), append()])
      await append()
      const { ack, seen } = reader
      expect(ack.events.map(({ seq }) => seq)).toEqual(seqs(round, round + HISTORY_LIMIT))
      expect(ack.more).toBe(true)
      expect(seen.map(({ seq }) => seq)).toEqual(seqs(ack.seq, room.head))
      reader.leave()
    }
  })

  test('after a restart the same resume works, from memory and from Postgres', async () => {
    const { epoch } = ann.ack
    const head = ann.room.head
    await node.rooms.stop(1000)
    node = await startNode(database.db)
    for (const since of [0, 1_000, head - 10]) {
      const { ack } = await resume(since, epoch)
      expect(ack.recovered).toBe(true)
      expect(ack.seq).toBeGreaterThanOrEqual(head)
      const last = Math.min(ack.seq, since + HISTORY_LIMIT)
      expect(ack.events.map(({ seq }) => seq)).toEqual(seqs(since, last))
    }
  })

  test('history is refused to who may not watch', async () => {
    const room = await node.rooms.get('long', person('ann'))
    expect(await refusal(room.history(person('eve'), 0, 10))).toBe('not_found')
    const elsewhere = person('ann', { rooms: { short: ['moderate'] } })
    expect(await refusal(room.history(elsewhere, 0, 10))).toBe('not_found')
  })
})
