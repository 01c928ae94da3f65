import { randomUUID } from 'node:crypto'
import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from './system-error.ts'

/** A second hub was started on a folder that a first one uses. */
export class LockedError extends Error {
  override readonly name = 'LockedError'
}

/**
 * Makes this process the one hub of a folder: `hub.pid` holds its process id (for people and scripts),
 * `hub.lock` also what tells it from a later process with the same id.
 *
 * @returns what gives the folder back
 * @throws LockedError while another hub that uses the folder is alive
 */
export function lockFolder(dataDir: string, pid = process.pid): () => void {
  const lockFile = join(dataDir, 'hub.lock')
  const pidFile = join(dataDir, 'hub.pid')
  const mine = JSON.stringify({ pid, birth: birthOf(pid) ?? null })
  while (!claim(lockFile, mine)) {
    const theirs = read(lockFile)
    if (theirs === undefined) continue
    const holder = parse(theirs)
    if (holder !== undefined && holder.pid !== pid && isAlive(holder))
      throw new LockedError(
        `Another hub (process ${holder.pid}) runs on ${dataDir}. Stop it, or set DATA_DIR to another folder.`,
      )
    discard(lockFile, theirs)
  }
  writeFileSync(pidFile, `${pid}\n`)
  return () => {
    if (read(lockFile) !== mine) return
    rmSync(pidFile, { force: true })
    rmSync(lockFile, { force: true })
  }
}

/** Appears whole or not at all: a half-written lock would look stale. */
function claim(lockFile: string, content: string): boolean {
  const draft = `${lockFile}.${randomUUID()}`
  writeFileSync(draft, content)
  try {
    linkSync(draft, lockFile)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  } finally {
    rmSync(draft)
  }
}

/** Removes the stale lock that was read, and gives back one that a third hub put there meanwhile. */
function discard(lockFile: string, stale: string): void {
  const aside = `${lockFile}.${randomUUID()}`
  try {
    renameSync(lockFile, aside)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return
    throw error
  }
  if (read(aside) !== stale) linkSync(aside, lockFile)
  rmSync(aside)
}

function isAlive(holder: { pid: number; birth: string | null }): boolean {
  try {
    process.kill(holder.pid, 0)
  } catch (error) {
    return hasCode(error, 'EPERM')
  }
  const birth = birthOf(holder.pid)
  return birth === undefined || holder.birth === null || birth === holder.birth
}

/** What no other process with this id has: the boot and the start within it. Undefined without /proc. */
function birthOf(pid: number): string | undefined {
  const stat = read(`/proc/${pid}/stat`)
  if (stat === undefined) return undefined
  // The command's name is in brackets and may hold anything; what follows is by position.
  const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const boot = read('/proc/sys/kernel/random/boot_id')?.trim() ?? ''
  return state === 'Z' || state === 'X' ? 'dead' : `${boot}:${fields[18]}`
}

function parse(text: string): { pid: number; birth: string | null } | undefined {
  try {
    const value: unknown = JSON.parse(text)
    if (typeof value !== 'object' || value === null || !('pid' in value) || !('birth' in value))
      return undefined
    const { pid, birth } = value
    if (typeof pid !== 'number' || !Number.isInteger(pid) || pid < 1) return undefined
    return { pid, birth: typeof birth === 'string' ? birth : null }
  } catch {
    return undefined
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ESRCH')) return undefined
    throw error
  }
}
