import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cached } from './cached.ts'

const run = promisify(execFile)
const INSTALL_MS = 240_000

/**
 * A Python with the packages of a requirements file, made once.
 * Use it as `python -m`: its scripts name the folder in which it was made.
 */
export async function pythonWith(requirements: URL): Promise<string> {
  const digest = createHash('sha256')
    .update(await readFile(requirements))
    .digest('hex')
  const place = await cached(`python-${digest.slice(0, 16)}`, async (to) => {
    await makeVenv(to)
    const pip = ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', '--no-input']
    await run(join(to, 'bin/python'), [...pip, '-r', fileURLToPath(requirements)], {
      timeout: INSTALL_MS,
    })
  })
  return join(place, 'bin/python')
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
