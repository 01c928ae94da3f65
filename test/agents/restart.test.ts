import { afterEach, expect, it } from 'vitest'
import { startOpenAI } from '../fakes/openai.ts'
import { query, useDatabase } from '../support/postgres.ts'
import { enter, MEETING, startNode, type TestNode } from './node.ts'

const database = useDatabase()
let node: TestNode

afterEach(() => node.stop())

it('goes on from its checkpoints: no summary or greeting twice, answers from what was said before', async () => {
  node = await startNode(database.db)
  const alice = await enter(node, 'continued', 'alice', ['moderate'])
  await node.event('talkback.said')
  let last = 0
  for (const [, text] of MEETING) last = (await alice.says(text)).seq ?? 0
  const before = await node.event('summary.updated', (e) => e.data.upto === last)
  await node.stop()

  node = await startNode(database.db)
  const again = await enter(node, 'continued', 'alice', ['moderate'])
  const { seq } = await again.says('The mail server is replaced in June.')
  const after = await node.event('summary.updated')
  expect(after.data).toMatchObject({ version: before.data.version + 1, upto: seq })
  expect(after.data.decisions).toEqual(expect.arrayContaining(before.data.decisions))
  const { run } = await again.asks('What is still with the lawyers?')
  const said = await node.event('talkback.said', (e) => e.data.run === run)
  expect(said.data.text).toContain('press release')
  expect(node.all('summary.updated')).toHaveLength(1)
  expect(node.all('talkback.said').filter((e) => e.data.agent === 'agent:auto_join')).toEqual([])
})

it('answers after a restart what was asked before it, once', async () => {
  const silent = await startOpenAI({ answer: () => ({ hang: true }) })
  node = await startNode(database.db, { models: { openai: silent } })
  const alice = await enter(node, 'cut', 'alice', ['moderate'])
  await alice.says('The press release is still with the lawyers.')
  const first = await alice.asks('What is still with the lawyers?')
  const second = await alice.asks('Who has the press release?', true)
  await silent.asked(2)
  await node.stop()
  await silent.stop()

  node = await startNode(database.db)
  for (const { run } of [first, second]) {
    const said = await node.event('talkback.said', (e) => e.data.run === run)
    expect(said.data.text).toContain('lawyers')
    expect(said.to).toBe(run === second.run ? 'alice' : undefined)
    await node.event('run.finished', (e) => e.data.run === run && e.data.status === 'done')
  }
  await node.stop()

  node = await startNode(database.db)
  const room = await node.rooms.get('cut', alice.principal)
  await node.agents.list(room)
  const log = await room.read(['run.started', 'talkback.said', 'run.finished'], 0)
  for (const { run } of [first, second]) {
    const types = log.filter((e) => 'run' in e.data && e.data.run === run).map((e) => e.type)
    expect(types).toEqual(['run.started', 'talkback.said', 'run.finished'])
  }
  const left = await query(
    database.adminUrl,
    `select thread_id from langgraph.checkpoints where thread_id like 'room:${room.id}:qa:%'`,
  )
  expect(left).toEqual([])
})

it('answers what is in the log alone, when the crash came before its thread', async () => {
  const silent = await startOpenAI({ answer: () => ({ hang: true }) })
  node = await startNode(database.db, { models: { openai: silent } })
  const alice = await enter(node, 'early', 'alice', ['moderate'])
  await alice.says('The press release is still with the lawyers.')
  const { run } = await alice.asks('Who has the press release?', true)
  await silent.asked(1)
  await node.stop()
  await silent.stop()
  for (const table of ['checkpoints', 'checkpoint_writes', 'checkpoint_blobs'])
    await query(database.adminUrl, `delete from langgraph.${table} where thread_id like '%${run}'`)

  node = await startNode(database.db)
  const said = await node.event('talkback.said', (e) => e.data.run === run)
  expect(said.data.text).toContain('lawyers')
  expect(said.to).toBe('alice')
  await node.event('run.finished', (e) => e.data.run === run && e.data.status === 'done')
})

it('erases its threads with the room', async () => {
  node = await startNode(database.db)
  const alice = await enter(node, 'erased', 'alice', ['moderate'])
  for (const [, text] of MEETING) await alice.says(text)
  await node.event('summary.updated')
  const threads = () =>
    query(
      database.adminUrl,
      `select distinct thread_id from langgraph.checkpoints where thread_id like 'room:${alice.room.id}:%'`,
    )
  await expect.poll(async () => (await threads()).length).toBeGreaterThan(0)
  await node.rooms.remove(alice.principal, 'erased')
  await expect.poll(threads).toEqual([])
})
