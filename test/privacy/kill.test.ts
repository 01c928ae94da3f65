import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { expect, onTestFinished, test } from 'vitest'
import { type HubOptions, startHub, type TestHub } from '../support/hub.ts'
import { createTestDatabase, query } from '../support/postgres.ts'
import { postJson } from '../support/rest.ts'
import { findEverywhere, furnish, readArchive } from './support.ts'

/** Holds a lock, so that whoever needs it waits: what is killed meanwhile is killed in the middle. */
async function hold(adminUrl: string, lock: string) {
  const client = new pg.Client(adminUrl)
  client.on('error', () => {})
  await client.connect()
  onTestFinished(() => client.end())
  await client.query(`begin; ${lock}`)
  return {
    /** Resolves when somebody waits for it. */
    async wanted() {
      for (;;) {
        const waiting = await query(
          adminUrl,
          `select pid from pg_stat_activity
            where datname = current_database() and wait_event_type = 'Lock'`,
        )
        if (waiting.length > 0) return
        await sleep(20)
      }
    },
    release: () => client.end(),
  }
}

test('a hub that is killed over an export and over an erasure ends both after its next start', async () => {
  const database = await createTestDatabase()
  onTestFinished(database.drop)
  const dataDir = await mkdtemp(join(tmpdir(), 'auralink-killed-'))
  onTestFinished(() => rm(dataDir, { recursive: true, force: true }))
  const options: HubOptions = { databaseUrl: database.url, dataDir }
  const [id, word] = ['kay-5d1c', 'obsidian']
  let hub: TestHub = await startHub(options)
  onTestFinished(async () => void (await hub.stop()))
  await furnish(database.adminUrl, id, word)
  const token = await hub.token(id)

  const ask = (path: string, body: object) => postJson(hub.url, token, path, body)
  const read = async (path: string) => {
    const headers = { authorization: `Bearer ${token}` }
    return (await fetch(`${hub.url}/api/v1/privacy/${path}`, { headers })).json()
  }
  const untilDone = async (path: string) => {
    for (;;) {
      const body = await read(path)
      if (body.status === 'done') return body
      if (body.status === 'failed') throw new Error(`${path} failed`)
      await sleep(100)
    }
  }
  /** Kills the hub when it has come as far as this lock, and starts it again. */
  const killAt = async (lock: string, request: () => Promise<{ id: string }>) => {
    const held = await hold(database.adminUrl, lock)
    const made = await request()
    await held.wanted()
    await hub.stop('SIGKILL')
    await held.release()
    hub = await startHub(options)
    return made.id
  }

  const archive = await killAt('lock table team_members', () => ask('/privacy/exports', {}))
  expect(await untilDone(`exports/${archive}`)).toMatchObject({
    manifest: { places: { team_members: 1, user_mcp_connections: 1, audit: 1 } },
  })
  const zip = await readFile(join(dataDir, 'exports', `${archive}.zip`))
  expect((await readArchive(zip)).rows.agents).toMatchObject([{ prompt: word }])

  // in the middle of the tables, and at the very end, where keys are destroyed
  const row = (table: string) => `select from ${table} where user_id = '${id}' for update`
  const erasure = await killAt(row('team_members'), () => ask('/privacy/erasures', { confirm: id }))
  const { receipt } = await untilDone(`erasures/${erasure}`)
  expect(receipt).toMatchObject({
    keys_shredded: 1,
    // of both tries together
    places: { mcp_operation_logs: { erased: 1 }, team_members: { erased: 1 } },
  })
  expect(await findEverywhere(database.adminUrl, [id, word])).toEqual([])

  await furnish(database.adminUrl, id, word)
  // with a new key of theirs
  await ask('/rooms', { name: `${word} again` })
  const again = await killAt(row('data_keys'), () => ask('/privacy/erasures', { confirm: id }))
  await untilDone(`erasures/${again}`)
  expect(await findEverywhere(database.adminUrl, [id, word])).toEqual([])
}, 120_000)
