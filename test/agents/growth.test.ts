import { expect, it } from 'vitest'
import type { Summary } from '#protocol'
import { systemClock } from '#rooms'
import { createWorkflows } from '../../agents/graphs/index.ts'
import { createThreads } from '../../agents/graphs/threads.ts'
import { createMemory } from '../../agents/live/memory.ts'
import { query, quiet, useDatabase } from '../support/postgres.ts'
import { MEETING, systemActor } from './node.ts'

const database = useDatabase()

/** Rows and bytes that a room's threads take in Postgres. */
async function stored() {
  const [row] = await query(
    database.adminUrl,
    `select (select count(*) from langgraph.checkpoints)::int as checkpoints,
            (select count(*) from langgraph.checkpoint_blobs)::int as blobs,
            (select count(*) from langgraph.checkpoint_writes)::int as writes,
            (select coalesce(sum(length(blob)), 0) from langgraph.checkpoint_blobs)::int
              + (select coalesce(sum(length(checkpoint::text) + length(metadata::text)), 0)
                 from langgraph.checkpoints)::int as bytes`,
  )
  return row as { checkpoints: number; blobs: number; writes: number; bytes: number }
}

it('costs as much at 4,000 turns as at 1,000: rows, bytes, and turns read by a run', async () => {
  const workflows = createWorkflows({
    threads: createThreads(database.db),
    clock: systemClock,
    model: undefined,
    log: quiet,
    batchRuns: 4,
  })
  const memory = createMemory()
  let published: Summary | undefined
  let read = 0
  const room = {
    summary: () => published,
    append: async (drafts: { type: string; data: unknown }[]) => {
      for (const { type, data } of drafts)
        if (type === 'summary.updated') published = data as Summary
      return []
    },
  }
  const at: Record<number, Awaited<ReturnType<typeof stored>>> = {}
  const reads: number[] = []
  for (let seq = 1; seq <= 4_000; seq++) {
    const [who, text] = MEETING[seq % MEETING.length] ?? ['alice', 'Well.']
    // each turn has a word of its own, so that nothing stays small by repetition
    const turn = `${text} Number word${(seq * 7919) % 100_003}.`
    memory.add({ seq, at: seq * 1_000, speaker: { id: who, name: who }, text: turn })
    const due = seq <= 12 || seq % 12 === 0 || [1_000, 4_000].includes(seq)
    if (!due) continue
    read = 0
    await workflows.summarize('growth', {
      room,
      agent: systemActor,
      signal: new AbortController().signal,
      turnsAfter(after) {
        const turns = memory.after(after)
        read += turns.length
        return turns
      },
    })
    reads.push(read)
    if ([10, 1_000, 4_000].includes(seq)) at[seq] = await stored()
  }
  expect(published?.upto).toBe(4_000)
  expect(Math.max(...reads)).toBeLessThanOrEqual(12)
  console.log('stored at 10, 1,000 and 4,000 turns:', at[10], at[1_000], at[4_000])
  const [early, middle, late] = [at[10], at[1_000], at[4_000]]
  expect(late?.checkpoints).toBe(2)
  expect(late?.checkpoints).toBe(middle?.checkpoints)
  expect(late?.blobs).toBeLessThanOrEqual((early?.blobs ?? 0) + 2)
  expect(late?.writes).toBe(early?.writes)
  // two states of at most 32 kB each, whatever was said
  expect(late?.bytes).toBeLessThan(80_000)
  expect(late?.bytes).toBeLessThan((middle?.bytes ?? 0) * 1.25)
}, 120_000)
