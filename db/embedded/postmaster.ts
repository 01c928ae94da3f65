import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { readFile, readlink, realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { codeOf } from '../error-code.ts'

/** A running postmaster of our data folder. */
export interface Postmaster {
  pid: number
  port: number
}

/**
 * The live postmaster of a data folder, by its postmaster.pid. A file that a dead one left behind is removed:
 * Postgres itself would be fooled when another process has got the same id since, as in a restarted container.
 */
export async function findPostmaster(data: string): Promise<Postmaster | undefined> {
  const file = join(data, 'postmaster.pid')
  const lines = (await readFile(file, 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  if (await isPostmasterOf(data, pid)) return { pid, port: Number(lines[3]) }
  await rm(file, { force: true })
  return undefined
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

async function isPostmasterOf(data: string, pid: number): Promise<boolean> {
  if (!isAlive(pid)) return false
  if (process.platform === 'linux') {
    // a postmaster works in its data folder, and the link follows when the folder is moved
    const [cwd, folder] = await Promise.all([
      readlink(`/proc/${pid}/cwd`).catch(() => ''),
      realpath(data),
    ])
    return cwd === folder
  }
  if (process.platform === 'win32') return true
  const { stdout } = await promisify(execFile)('ps', ['-p', String(pid), '-o', 'command='])
  return stdout.includes('postgres')
}

/** Dead, but not yet waited for by its parent, as happens in containers without an init. */
function isZombie(pid: number): boolean {
  if (process.platform !== 'linux') return false
  try {
    return /\) Z /.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return true
  }
}
