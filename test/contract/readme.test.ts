import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { connectHub } from '#protocol/client'
import { fencesOf } from '../support/markdown.ts'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const README = new URL('../../README.md', import.meta.url)
const markdown = readFileSync(README, 'utf8')

/** Every command that the page names, in fences and in running text. */
const commands = new Set([
  ...fencesOf(README)
    .filter(({ language }) => language === 'sh')
    .flatMap(({ text }) => text.trim().split('\n')),
  ...[...markdown.matchAll(/`(npm [^`]+)`/g)].map(([, command]) => command ?? ''),
])

/** Not run here: what else runs them, or why nothing can. */
const ELSEWHERE: Record<string, string> = {
  'npm test': 'runs this very test',
  'npm run check': 'a part of npm test',
  'npm run eval': 'takes minutes, and reads data that is not in the repository',
  'npm run eval -- vad speech': 'the same',
  'npm run bench': 'takes minutes, and the whole machine',
  'npm run soak': 'test/soak runs three minutes of it',
}

let place: string
let env: Record<string, string>
let url: string
let hub: ReturnType<typeof spawn> | undefined

const shell = (command: string, more = '') =>
  run('sh', ['-c', `${command}${more}`], { cwd: ROOT, env, timeout: 120_000 })

/** `npm start`, as a newcomer types it, with nothing configured but where. */
beforeAll(async () => {
  expect(commands).toContain('npm start')
  place = await mkdtemp(join(tmpdir(), 'auralink-readme-'))
  env = {
    ...{ PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' },
    ...{ DATA_DIR: join(place, 'data'), PORT: '0' },
  }
  const child = spawn('npm', ['start'], { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] })
  hub = child
  for await (const line of createInterface({ input: child.stdout })) {
    if (!line.startsWith('{')) continue
    const { address } = JSON.parse(line) as { address?: string }
    if (address !== undefined) url = address
    if (url !== undefined) break
  }
  child.stdout.resume()
  env = { ...env, PORT: new URL(url).port }
}, 180_000)

afterAll(async () => {
  if (hub?.exitCode === null) {
    const ended = once(hub, 'exit')
    process.kill(Number(readFileSync(join(place, 'data/hub.pid'), 'utf8')), 'SIGTERM')
    await ended
  }
  await rm(place, { recursive: true, force: true })
}, 60_000)

test('every command is one that the package has, and is tried somewhere', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'))
  const tried = ['npm start', ...Object.keys(ELSEWHERE)]
  for (const command of commands) {
    const [, name = ''] = /^npm (?:run )?(\S+)/.exec(command) ?? []
    expect(Object.keys(scripts), command).toContain(name)
    const here =
      /^npm run (token|replay|models|keys|audit|catalogue)\b/.test(command) ||
      tried.includes(command)
    expect(here, `${command} is tried nowhere`).toBe(true)
  }
})

test('links lead to files that are there', () => {
  const links = [...markdown.matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, to]) => to ?? '')
  for (const link of links) expect(existsSync(join(ROOT, link)), link).toBe(true)
})

test('the token that it prints signs in, and the snippet runs with it', async () => {
  const mint = [...commands].find((command) => command.startsWith('npm run token'))
  if (mint === undefined) throw new Error('the README makes no token')
  const token = (await shell(mint, ' 2>/dev/null')).stdout.trim().split('\n').at(-1) ?? ''
  const [, room = ''] = /--room (\S+)=/.exec(mint) ?? []
  const watcher = connectHub({ url, token })
  const seen = await watcher.join(room, { as: 'watch' })

  // within the repository, so that its own name leads to its build
  await shell('npm run build')
  const folder = join(ROOT, '.cache', `readme-${process.pid}`)
  await mkdir(folder, { recursive: true })
  try {
    const snippets = fencesOf(README).filter(({ language }) => language === 'ts')
    expect(snippets.length).toBeGreaterThan(0)
    for (const { text, line } of snippets) {
      const file = join(folder, `line-${line}.ts`)
      const program = text.replaceAll('http://localhost:8080', url)
      await writeFile(
        file,
        `const token = process.env.TOKEN ?? ''\n${program}\nhub.close()\nexport {}\n`,
      )
      await writeFile(
        join(folder, 'tsconfig.json'),
        JSON.stringify({ extends: '../../tsconfig.json', include: ['*.ts'] }),
      )
      await run('npx', ['tsc', '-p', folder], { cwd: ROOT })
      const tsx = ['--import', 'tsx', file]
      await run(process.execPath, tsx, {
        cwd: ROOT,
        env: { ...env, TOKEN: token },
        timeout: 60_000,
      })
      const [, said = ''] = /\.caption\('([^']+)'\)/.exec(text) ?? []
      await seen.when(({ transcript }) => transcript.some((one) => one.text === said), 20_000)
    }
  } finally {
    watcher.close()
    await rm(folder, { recursive: true, force: true })
  }
}, 180_000)

test('the local models are listed', async () => {
  const list = [...commands].find((command) => command.startsWith('npm run models'))
  if (list === undefined) throw new Error('the README lists no models')
  expect((await shell(list)).stdout).toMatch(/^embedding: .+; not fetched/m)
})

test('keys, audit and catalogue answer beside the hub that runs', async () => {
  const prints: Record<string, RegExp> = {
    'npm run keys': /^[\w-]+ {2}newest {2}wraps \d+$/m,
    'npm run keys -- rotate': /data keys are wrapped anew/,
    'npm run audit -- verify': /all as they were written/,
    'npm run audit -- heads': /"hash":/,
    'npm run catalogue': /0 changed.* 69 the same/,
  }
  const named = [...commands].filter((command) => /^npm run (keys|audit|catalogue)\b/.test(command))
  expect(named.sort()).toEqual(Object.keys(prints).sort())
  await Promise.all(
    Object.entries(prints).map(async ([command, what]) =>
      expect((await shell(command)).stdout, command).toMatch(what),
    ),
  )
}, 150_000)

test('the sample meeting plays into the hub that runs', async () => {
  const play = [...commands].find((command) => command.startsWith('npm run replay'))
  if (play === undefined) throw new Error('the README plays no meeting')
  const { stdout } = await shell(play, ' --speed 100 --turns 20')
  expect(stdout).toMatch(/20 turns sent, 20 acked, 20 seen by a watcher in order/)
}, 150_000)
