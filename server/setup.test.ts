import { execFile } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterEach, beforeEach, expect, test } from 'vitest'

const run = promisify(execFile)

let clone: string

beforeEach(async () => {
  clone = await mkdtemp(join(tmpdir(), 'auralink-setup-'))
  await mkdir(join(clone, 'server'))
  await copyFile(
    fileURLToPath(new URL('./setup.mjs', import.meta.url)),
    join(clone, 'server/setup.mjs'),
  )
  await writeFile(join(clone, 'package-lock.json'), '{}')
})

afterEach(() => rm(clone, { recursive: true, force: true }))

/** In the place of npm: notes that it was called, and takes a while. */
async function fakeNpm(exit = 0) {
  const file = join(clone, 'npm.js')
  await writeFile(
    file,
    `const fs = require('node:fs')
     fs.appendFileSync('calls', process.argv[2] + '\\n')
     fs.mkdirSync('node_modules', { recursive: true })
     setTimeout(() => process.exit(${exit}), 300)`,
  )
  return { ...process.env, npm_execpath: file }
}

const setup = async (exit = 0) =>
  run(process.execPath, ['server/setup.mjs'], { cwd: clone, env: await fakeNpm(exit) })

const calls = async () => (await readFile(join(clone, 'calls'), 'utf8')).trim().split('\n').length

test('installs once, and again when the lockfile has changed', async () => {
  await setup()
  await setup()
  expect(await calls()).toBe(1)
  await writeFile(join(clone, 'package-lock.json'), '{ "changed": true }')
  await setup()
  expect(await calls()).toBe(2)
})

test('of two starts at once, the second waits and finds it done', async () => {
  const [one, two] = await Promise.all([setup(), setup()])
  expect(await calls()).toBe(1)
  expect(one.stdout + two.stdout).toContain('waiting for it')
})

test('a failure is said, and the next start tries again', async () => {
  await expect(setup(1)).rejects.toMatchObject({
    code: 1,
    stderr: expect.stringContaining('npm install failed (1)'),
  })
  await setup()
  expect(await calls()).toBe(2)
})

test('the lockfile serves every platform, and names no registry', async () => {
  interface Locked {
    integrity?: string
    resolved?: string
    optionalDependencies?: Record<string, string>
  }
  const text = await readFile(new URL('../package-lock.json', import.meta.url), 'utf8')
  const { packages } = JSON.parse(text) as { packages: Record<string, Locked> }
  const has = (from: string, name: string): boolean =>
    `${from}node_modules/${name}` in packages ||
    (from !== '' && has(from.slice(0, from.lastIndexOf('node_modules/')), name))
  for (const [path, { integrity, resolved, optionalDependencies = {} }] of Object.entries(
    packages,
  )) {
    expect({ path, resolved }).toEqual({ path, resolved: undefined })
    if (path !== '') expect({ path, integrity }).toMatchObject({ integrity: expect.any(String) })
    const missing = Object.keys(optionalDependencies).filter(
      (name) => !has(path && `${path}/`, name),
    )
    expect({ path, missing }).toEqual({ path, missing: [] })
  }
})
