import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cached } from './cached.ts'
import type { LiveKitServer } from './livekit.ts'

const VERSION = '1.9.0'
const INSTALL_MS = 240_000
const START_MS = 60_000

/** LiveKit Agents with an agent that only joins, as its makers start it: what a bench compares the hub with. */
export async function startPeerAgent(server: LiveKitServer): Promise<ChildProcess> {
  const folder = await cached(`livekit-agents-${VERSION}`, async (to) => {
    await writeFile(join(to, 'package.json'), '{ "private": true, "type": "module" }')
    await promisify(execFile)(
      'npm',
      [
        ...['install', '--prefix', to, `@livekit/agents@${VERSION}`, '@livekit/rtc-node@1.1.0'],
        ...['zod@4', '--no-package-lock', '--legacy-peer-deps', '--ignore-scripts'],
        ...['--no-audit', '--no-fund'],
      ],
      { cwd: to, timeout: INSTALL_MS },
    )
  })
  const agent = join(folder, 'agent.mjs')
  await copyFile(fileURLToPath(new URL('./peer-agent.mjs', import.meta.url)), agent)
  const child = spawn(process.execPath, [agent, 'start'], {
    cwd: folder,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...server.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  const registered = new Promise<void>((resolve) => {
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (text: Buffer) => {
        said += text
        if (said.includes('registered worker')) resolve()
      })
  })
  const failed = once(child, 'exit').then(() => {
    throw new Error(`LiveKit Agents did not start:\n${said}`)
  })
  const late = new Promise<never>((_, reject) =>
    setTimeout(reject, START_MS, new Error(`LiveKit Agents was not ready:\n${said}`)).unref(),
  )
  await Promise.race([registered, failed, late])
  return child
}
