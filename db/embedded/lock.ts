import { randomUUID } from 'node:crypto'
import { readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { codeOf } from '../error-code.ts'
import { isAlive } from './postmaster.ts'

const HEARTBEAT = 250
/** Not touched for so long, the file is a dead process's. */
const STALE = 5_000
/** The same, when the holder's process id is also nobody's here. */
const STALE_AND_DEAD = 1_000

/**
 * Runs `fn` while no other process runs one under the same file. The holder touches the file; one that
 * is no longer touched belongs to a dead process. (A process id alone would lie: in containers they repeat.)
 */
export async function withLock<T>(file: string, fn: () => Promise<T>): Promise<T> {
  const token = `${process.pid} ${randomUUID()}`
  while (!(await take(file, token))) await sleep(50)
  const beat = setInterval(() => {
    const now = new Date()
    utimes(file, now, now).catch(() => {})
  }, HEARTBEAT)
  try {
    return await fn()
  } finally {
    clearInterval(beat)
    await rm(file, { force: true })
  }
}

async function take(file: string, token: string): Promise<boolean> {
  try {
    await writeFile(file, token, { flag: 'wx', mode: 0o600 })
    return true
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
  const age = await stat(file).then(
    ({ mtimeMs }) => Date.now() - mtimeMs,
    () => 0,
  )
  const holder = Number.parseInt(await readFile(file, 'utf8').catch(() => ''), 10)
  const dead = Number.isInteger(holder) && !isAlive(holder)
  if (age < (dead ? STALE_AND_DEAD : STALE)) return false
  const aside = `${file}.${randomUUID()}`
  await rename(file, aside).catch(() => {})
  await rm(aside, { force: true })
  await writeFile(file, token, { flag: 'wx', mode: 0o600 }).catch(() => {})
  // another process may have found the same stale file, and moved ours away with it
  await sleep(100)
  return (await readFile(file, 'utf8').catch(() => '')) === token
}
