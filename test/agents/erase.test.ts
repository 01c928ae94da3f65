import { afterEach, describe, expect, it } from 'vitest'
import { useDatabase } from '../support/postgres.ts'
import { enter, startNode, type TestNode } from './node.ts'

const database = useDatabase()
let node: TestNode

afterEach(() => node.stop())

describe('what was erased', () => {
  it('is quoted no more: not in the summary, not in an answer, not in what agents said before, nor after a restart', async () => {
    node = await startNode(database.db, { agents: { summaryTurns: 3, summaryAfterMs: 100 } })
    let alice = await enter(node, 'erasing', 'alice', ['moderate'])
    const bob = await enter(node, 'erasing', 'bob')
    await alice.says('The greenhouse heating broke because the gateway certificate expired.')
    const secret = await bob.says("I'll call doctor Brunswick about my arthritis by Friday.")
    await alice.says('So we decided to ring the phone of whoever is on call at night.')
    const seq = secret.seq ?? 0
    // of all that was said: one that is on its way still may come before the erasure
    const before = await node.event('summary.updated', (e) => e.data.upto > seq)
    expect(JSON.stringify(before.data)).toContain('arthritis')
    const ask = async () => {
      const command = {
        question: 'Who calls doctor Brunswick about the arthritis?',
        private: false,
      }
      const { run } = await node.agents.ask(alice.room, alice.principal, command)
      return node.event('talkback.said', (e) => e.data.run === run)
    }
    expect((await ask()).data.citations).toContain(seq)

    const last = node.all('summary.updated').at(-1)?.seq ?? 0
    await alice.room.erase([seq])
    const after = await node.event('summary.updated', (e) => e.seq > last)
    expect(after.data.upto).toBeGreaterThan(seq)
    expect(JSON.stringify(after.data)).toContain('on call')
    expect(JSON.stringify(after.data)).not.toMatch(/arthritis|Brunswick/)
    expect((await ask()).data.text).not.toMatch(/arthritis|Friday/)

    const log = async () =>
      JSON.stringify(
        await alice.room.read(['transcript.final', 'summary.updated', 'talkback.said'], 0),
      )
    expect(await log()).not.toContain('arthritis')
    expect(JSON.stringify(alice.room.summary())).toContain('on call')

    await node.stop()
    node = await startNode(database.db)
    alice = await enter(node, 'erasing', 'alice', ['moderate'])
    expect((await ask()).data.text).not.toMatch(/arthritis|Friday/)
    const checkpoints = await database.db.withSystem('test', (tx) =>
      tx.execute(
        "select encode(blob, 'escape') as text from langgraph.checkpoint_blobs where thread_id like '%:summarization'",
      ),
    )
    const kept = JSON.stringify(checkpoints)
    expect(kept).toContain('on call')
    expect(kept).not.toContain('arthritis')
  })
})
