import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)
const CACHE = fileURLToPath(new URL('../../node_modules/.cache', import.meta.url))
const INSTALL_MS = 240_000

/**
 * A Python with the packages of a requirements file, made once and kept under node_modules/.cache.
 * Use it as `python -m`: its scripts name the folder in which it was made.
 */
export async function pythonWith(requirements: URL): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
  const place = join(CACHE, `python-${digest.slice(0, 16)}`)
  const python = join(place, 'bin/python')
  if (existsSync(python)) return python
  // made aside and put in its place at once: of two at the same time, one wins, and both can use it
  const aside = `${place}.${process.pid}`
  await mkdir(CACHE, { recursive: true })
  try {
    await makeVenv(aside)
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
    await run(join(aside, 'bin/python'), [...pip, '-r', fileURLToPath(requirements)], {
      timeout: INSTALL_MS,
    })
    await rename(aside, place).catch((error) => {
      if (!existsSync(python)) throw error
    })
  } finally {
    await rm(aside, { recursive: true, force: true })
  }
  return python
}

/** Where Debian has left out venv's part of Python, or all of it, root installs it; else this fails loudly. */
async function makeVenv(place: string): Promise<void> {
  const make = () => run('python3', ['-m', 'venv', '--clear', place], { timeout: INSTALL_MS })
  try {
    await make()
  } catch (error) {
    if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get'))
      throw new Error('This test needs Python 3.10 or newer with venv (Debian: python3-venv).', {
        cause: error,
      })
    await run('apt-get', ['update'], { timeout: INSTALL_MS })
    await run('apt-get', ['install', '-y', '--no-install-recommends', 'python3', 'python3-venv'], {
      timeout: INSTALL_MS,
    })
    await make()
  }
}
