import { randomBytes } from 'node:crypto'
import { chown, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { codeOf } from '../error-code.ts'

/** Who runs Postgres. Postgres refuses to run as root. */
export interface Account {
  uid: number
  gid: number
}

/** Where Postgres lives. */
export interface Place {
  /** Holds `data` (the cluster) and `log`; the account can reach and write it. */
  home: string
  /** Absent: the hub's own account. */
  account?: Account
}

/** Where root keeps what the account could not reach under DATA_DIR. */
export const SHARED_HOME = '/var/lib/auralink'

/**
 * Decides where the cluster of a DATA_DIR is. Its own folder, if the account that runs Postgres can reach
 * it; else (root, and the clone under a closed directory) a folder of SHARED_HOME with a random name,
 * which DATA_DIR/postgres/home points to, so that DATA_DIR may still be moved.
 */
export async function findPlace(folder: string): Promise<Place> {
  if (process.getuid?.() !== 0) {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    return { home: folder }
  }
  await mkdir(folder, { recursive: true })
  const account = await findAccount()
  const pointer = join(folder, 'home')
  const pointed = (await readFile(pointer, 'utf8').catch(() => '')).trim()
  if (pointed) {
    if (!(await isDirectory(pointed))) {
      throw new Error(`${pointer} points to ${pointed}, which is not there`)
    }
    return { home: pointed, account }
  }
  if (await canReach(folder, account)) return { home: folder, account }

  const home = join(SHARED_HOME, randomBytes(8).toString('hex'))
  await mkdir(home, { recursive: true, mode: 0o755 })
  await chown(home, account.uid, account.gid)
  // a cluster that was made where it could be reached, and was then moved here
  if (await isDirectory(join(folder, 'data'))) await move(join(folder, 'data'), join(home, 'data'))
  await writeFile(pointer, `${home}\n`, { mode: 0o600 })
  return { home, account }
}

/** Whether every directory down to `path` lets the account through. */
export async function canReach(path: string, { uid, gid }: Account): Promise<boolean> {
  for (let at = path; ; at = dirname(at)) {
    const { mode, uid: owner, gid: group } = await stat(at)
    const bit = owner === uid ? 0o100 : group === gid ? 0o010 : 0o001
    if ((mode & bit) === 0) return false
    if (at === dirname(at)) return true
  }
}

async function findAccount(): Promise<Account> {
  const lines = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'))
  for (const name of ['postgres', 'nobody']) {
    const line = lines.find(([login]) => login === name)
    if (line) return { uid: Number(line[2]), gid: Number(line[3]) }
  }
  throw new Error('Postgres does not run as root, and there is no user postgres or nobody')
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

async function move(from: string, to: string) {
  try {
    await rename(from, to)
  } catch (error) {
    if (codeOf(error) !== 'EXDEV') throw error
    throw new Error(`move ${from} to ${to} with its owners (cp -a), then start again`, {
      cause: error,
    })
  }
}
