/**
 * Installs what is missing, before `npm start` and `npm test`. Plain JavaScript without dependencies,
 * since it runs when there is no node_modules yet; does nothing, fast, when nothing is to do.
 */
import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const modules = join(root, 'node_modules')
const stamp = join(modules, '.auralink-setup')
// outside of node_modules, which may not be there
const lock = join(root, '.auralink-setup.lock')

const HEARTBEAT = 500
const STALE = 5_000
let holding = false

checkNode()
if (!isDone()) await exclusively(install)

function checkNode() {
  const [, major = 0, minor = 0] = process.version.match(/^v(\d+)\.(\d+)/)?.map(Number) ?? []
  const fits = major > 20 || (major === 20 && minor >= 19)
  if (!fits) fail(`AuraLink needs Node.js 20.19 or newer; this is ${process.version}.`)
}

/** What is installed depends on the lockfile, and on the machine that binaries were chosen for. */
function wanted() {
  const lockfile = readFileSync(join(root, 'package-lock.json'))
  const digest = createHash('sha256').update(lockfile).digest('hex')
  return `${digest} ${process.platform} ${process.arch}`
}

function isDone() {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted()
}

async function install() {
  // the other start that held the lock has just done it
  if (isDone()) return
  const wants = wanted()
  if (isUpToDate()) return finish(wants)
  console.log('Installing dependencies (npm install)...')
  const code = await npmInstall()
  if (code !== 0) {
    fail(
      `npm install failed (${code}). Its messages are above; when the cause is gone, start again.`,
    )
  }
  finish(wants)
}

/** Installed by hand: npm's own record is newer than the lockfile. */
function isUpToDate() {
  const record = join(modules, '.package-lock.json')
  return (
    !existsSync(stamp) &&
    existsSync(record) &&
    statSync(record).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
  )
}

function finish(wants) {
  mkdirSync(modules, { recursive: true })
  writeFileSync(stamp, wants)
}

/**
 * Not `npm ci`: it would empty node_modules under a hub that is running from it. This keeps to the lockfile
 * too, and leaves it as it is.
 */
function npmInstall() {
  // npm says where it is; started by hand, it is on the path
  const npm = process.env.npm_execpath
  const args = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund']
  const child = npm?.endsWith('.js')
    ? spawn(process.execPath, [npm, ...args], { cwd: root, stdio: 'inherit' })
    : spawn('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })
  return new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) => resolve(code ?? signal))
  })
}

/** Two starts at once: the second waits for the first. A lock that nobody touches is a dead one's. */
async function exclusively(fn) {
  let said = false
  while (!take()) {
    if (!said) console.log('Another start is installing dependencies; waiting for it...')
    said = true
    await sleep(200)
  }
  const beat = setInterval(() => {
    const now = new Date()
    if (existsSync(lock)) utimesSync(lock, now, now)
  }, HEARTBEAT)
  try {
    await fn()
  } finally {
    clearInterval(beat)
    rmSync(lock, { force: true })
  }
}

function take() {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' })
    holding = true
    return true
  } catch (error) {
    if (error.code !== 'EEXIST') fail(`${lock} cannot be written: ${error.message}`)
  }
  try {
    if (Date.now() - statSync(lock).mtimeMs > STALE) {
      const aside = `${lock}.${process.pid}`
      renameSync(lock, aside)
      rmSync(aside)
    }
  } catch {
    // another start was faster
  }
  return false
}

function fail(message) {
  console.error(`\n${message}\n`)
  if (holding) rmSync(lock, { force: true })
  process.exit(1)
}
