import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Workflow } from '#protocol'
import { createDatabaseOn } from '../support/database-server.ts'
import { signToken, startHub, type TokenClaims } from '../support/hub.ts'
import { putJson } from '../support/rest.ts'
import type { Bench } from './bench.ts'

/** A server process under measurement: the hub, or bare Socket.IO in its place. */
export interface Target {
  url: string
  pid: number
  token(userId: string, claims?: TokenClaims): Promise<string>
  stop(): Promise<void>
}

/** The hub on a database of its own. */
export async function hubTarget(bench: Bench): Promise<Target> {
  const database = await createDatabaseOn((await bench.postgres()).url)
  const hub = await startHub({ databaseUrl: database.url })
  return {
    url: hub.url,
    pid: hub.pid,
    token: hub.token,
    async stop() {
      await hub.stop()
      await database.drop()
    },
  }
}

export async function bareTarget(): Promise<Target> {
  const file = fileURLToPath(new URL('./bare-server.ts', import.meta.url))
  const child = fork(file, { execArgv: ['--import', 'tsx'] })
  const [{ port }] = await once(child, 'message')
  return {
    url: `http://127.0.0.1:${port}`,
    pid: child.pid ?? 0,
    token: signToken,
    async stop() {
      const exit = once(child, 'exit')
      child.disconnect()
      await exit
    },
  }
}

/** Turns all agents of a room off; `token` is a moderator's. */
export async function agentsOff(url: string, token: string, room: string): Promise<void> {
  const workflows: Workflow[] = ['auto_join', 'summarization', 'moderation', 'qa']
  for (const workflow of workflows)
    await putJson(url, token, `/rooms/${encodeURIComponent(room)}/agents/${workflow}`, {
      enabled: false,
    })
}

/** Memory of a process that is in RAM, bytes. Of Linux. */
export function residentBytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}
