import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))
const LOOK_AGAIN_MS = 250

/**
 * A folder that is made once and kept under node_modules/.cache; answers where it is. Whoever comes while another
 * process makes it waits for that one.
 *
 * @param name says what is in it, with its version: what is there is never looked at again
 */
export async function cached(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const place = join(CACHE, name)
  const turn = `${place}.pid`
  await mkdir(CACHE, { recursive: true })
  while (!existsSync(place)) {
    if (!(await takeTurn(turn))) {
      await sleep(LOOK_AGAIN_MS)
      continue
    }
    const aside = `${place}.${process.pid}`
    try {
      if (existsSync(place)) break
      await mkdir(aside, { recursive: true })
      await make(aside)
      // of two that took over from one that was killed, one is first
      await rename(aside, place).catch((error) => {
        if (!existsSync(place)) throw error
      })
    } finally {
      await rm(aside, { recursive: true, force: true })
      await rm(turn, { force: true })
    }
  }
  return place
}

/** Whether it is this process's turn to make it: one that was killed has lost its own. */
async function takeTurn(file: string): Promise<boolean> {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' })
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    const pid = Number(await readFile(file, 'utf8').catch(() => ''))
    if (pid > 0 && !isAlive(pid)) await rm(file, { force: true })
    return false
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
