import { access as canOpen } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Log } from '../log.ts'
import { findBinaries } from './binaries.ts'
import { greet, isUsed, makeLogin } from './client.ts'
import { checkVersion, initCluster, lastLines, spawnPostmaster } from './cluster.ts'
import { withLock } from './lock.ts'
import { findPlace, type Place } from './place.ts'
import { findPostmaster, isAlive } from './postmaster.ts'
import { type Access, freePort, newAccess, readAccess, urlOf, writeAccess } from './secrets.ts'

interface EmbeddedPostgres {
  /** Of the hub's own login. Holds the password: never log it. */
  readonly url: string
  readonly pid: number
  /** Stops watching, and stops Postgres unless another hub works on it. */
  stop(): Promise<void>
}

interface EmbeddedOptions {
  dataDir: string
  log: Log
  /** Leaves the Postgres running that it found running. Default false. */
  attach?: boolean
}

/** Longest recovery after a crash that a start waits for. */
const START_TIMEOUT = 60_000
const STOP_TIMEOUT = 10_000
const WATCH_INTERVAL = 250

/**
 * The Postgres of a hub that was given none. Starts one for DATA_DIR, or adopts the one that is already
 * running there (the hub was killed, or another one runs), and starts it again when it dies.
 */
export async function startEmbedded({
  dataDir,
  log,
  attach = false,
}: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const folder = join(dataDir, 'postgres')
  const place = await findPlace(folder)
  const binaries = await findBinaries(place)
  const exclusive = <T>(fn: () => Promise<T>) => withLock(join(folder, 'lock'), fn)

  let { access, postmaster, found } = await exclusive(() => open({ folder, place, binaries, log }))
  const stopping = new AbortController()
  const watcher = watch()

  async function watch() {
    while (!stopping.signal.aborted) {
      await pause(WATCH_INTERVAL)
      if (stopping.signal.aborted || isAlive(postmaster.pid)) continue
      log.warn({ pid: postmaster.pid }, 'the embedded Postgres has died; starting it again')
      try {
        // on the same port, which the pools know
        postmaster = await exclusive(() => bringUp({ access, place, binaries, log }))
      } catch (error) {
        log.error({ pii: { error: String(error) } }, 'the embedded Postgres does not start')
        await pause(1_000)
      }
    }
  }

  /** Ends at once when the hub stops, and does not keep the process alive. */
  function pause(ms: number) {
    return sleep(ms, undefined, { ref: false, signal: stopping.signal }).catch(() => {})
  }

  return {
    url: urlOf(access),
    get pid() {
      return postmaster.pid
    },
    async stop() {
      stopping.abort()
      await watcher
      if (attach && found) return
      await exclusive(async () => {
        const live = await findPostmaster(join(place.home, 'data'))
        if (!live) return
        // the sessions that the hub has just ended are still seen for a moment
        const free = await until(1_000, async () => !(await isUsed(access).catch(() => false)))
        if (!free) {
          log.info('the embedded Postgres stays, since another hub uses it')
          return
        }
        process.kill(live.pid, 'SIGINT')
        const gone = await until(STOP_TIMEOUT, async () => !isAlive(live.pid))
        if (!gone) log.warn({ pid: live.pid }, 'the embedded Postgres does not stop')
      })
    },
  }
}

interface Opening {
  folder: string
  place: Place
  binaries: string
  log: Log
}

async function open({ folder, place, binaries, log }: Opening) {
  const data = join(place.home, 'data')
  let access = await readAccess(folder)
  const exists = await canOpen(data).then(
    () => true,
    () => false,
  )
  if (exists && !access) throw new Error(`${folder}/server.json, with its password, is missing`)
  if (!access) {
    access = await newAccess()
    await writeAccess(folder, access)
  }
  if (!exists) {
    log.info({ data }, 'making the embedded Postgres')
    await initCluster(binaries, place, access.password)
  }
  await checkVersion(binaries, data)

  const live = await findPostmaster(data)
  access = { ...access, port: live?.port ?? (await freePort(access.port)) }
  if (live) log.info({ pid: live.pid }, 'using the embedded Postgres that is already running')
  const postmaster = await bringUp({ access, place, binaries, log })
  await writeAccess(folder, access)
  await makeLogin(access)
  return { access, postmaster, found: live !== undefined }
}

/** Waits for the live postmaster, or starts one; again, as long as what died before is in the way. */
async function bringUp({
  access,
  place,
  binaries,
  log,
}: Omit<Opening, 'folder'> & { access: Access }) {
  const data = join(place.home, 'data')
  const deadline = Date.now() + START_TIMEOUT
  for (;;) {
    const live = await findPostmaster(data)
    const pid = live?.pid ?? (await spawnPostmaster(binaries, place, access.port)).pid
    if (pid === undefined) throw new Error('the embedded Postgres could not be started')
    while (isAlive(pid)) {
      const greeting = await greet(access, pid)
      if (greeting === 'ready') return { pid }
      if (greeting === 'stranger' && live) throw new Error('the running Postgres is not ours')
      if (Date.now() > deadline) throw new Error('the embedded Postgres does not answer')
      await sleep(50)
    }
    const why = await lastLines(place)
    if (Date.now() > deadline) throw new Error(`the embedded Postgres does not start: ${why}`)
    log.debug({ pii: { why } }, 'the embedded Postgres did not start; trying again')
    await sleep(200)
  }
}

async function until(ms: number, condition: () => Promise<boolean>): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await sleep(20)) {
    if (await condition()) return true
  }
  return condition()
}
