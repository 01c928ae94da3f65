import { existsSync } from 'node:fs'
import { mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))

/**
 * A folder that is made once and kept under node_modules/.cache; answers where it is. It is made aside
 * and put in its place at once: of two at the same time, one wins, and both can use it.
 *
 * @param name says what is in it, with its version: what is there is never looked at again
 */
export async function cached(
  name: string,
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const place = join(CACHE, name)
  if (existsSync(place)) return place
  const aside = `${place}.${process.pid}`
  await mkdir(aside, { recursive: true })
  try {
    await make(aside)
    await rename(aside, place).catch((error) => {
      if (!existsSync(place)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return place
}
