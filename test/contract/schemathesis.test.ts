import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { pythonWith } from '../support/python.ts'
import { good, useHub } from './support.ts'

const setting = useHub()
let python: string

beforeAll(async () => {
  python = await pythonWith(new URL('./python/requirements.txt', import.meta.url))
}, 600_000)

/**
 * No 5xx, nothing that the document does not say, and no answer without a token where one is needed.
 * Not: 405 for methods that an address does not have, which the catalogue of errors does not know; that
 * whatever fits a schema is accepted, which no schema can say of a cursor; that fields nobody knows are
 * refused, since they are ignored.
 */
const CHECKS = [
  'not_a_server_error',
  'status_code_conformance',
  'content_type_conformance',
  'response_headers_conformance',
  'response_schema_conformance',
  'missing_required_header',
  'ignored_auth',
  'use_after_free',
]

test('Schemathesis finds nothing in the REST API that its document does not say', async () => {
  const { hub, connect, rest } = setting
  const room = 'the room in question'
  const ada = await connect('ada')
  good(await ada.emit('room.join', { room }))
  for (const [i, text] of ['Good morning.', 'We ship on Friday.'].entries())
    good(await ada.emit('caption.push', { room, segment: `${i}`, text, final: true }))
  const ben = await connect('ben', { rooms: { [room]: ['join'] } })
  good(await ben.emit('room.join', { room }))
  const act = { room, target: 'ben', action: 'mute', minutes: 5 } as const
  const { case: id } = good(await ada.emit('moderation.act', act))
  const member = `/api/v1/rooms/${encodeURIComponent(room)}/members/mia`
  await rest(member, { as: 'ada', method: 'PUT', body: { rights: ['join'] } })
  const { paths } = (await rest('/api/v1/openapi.json')).body
  const operations = Object.values<object>(paths).flatMap((path) => Object.keys(path))

  const bearer = async (user: string, role?: 'admin') =>
    `Bearer ${await hub.token(user, role === undefined ? {} : { role })}`
  const folder = await mkdtemp(join(tmpdir(), 'auralink-schemathesis-'))
  const config = join(folder, 'schemathesis.toml')
  // the room outlives the run: what deletes rooms chooses its own
  await writeFile(
    config,
    `[[operations]]
     include-path-regex = "/rooms/\\\\{room\\\\}/"
     parameters = { "path.room" = ${JSON.stringify(room)}, "path.case" = ${JSON.stringify(id)}, "path.user" = "mia" }
     [[operations]]
     include-operation-id = "getRoom"
     parameters = { "path.room" = ${JSON.stringify(room)} }
     [[operations]]
     include-tag = "operations"
     headers = { Authorization = ${JSON.stringify(await bearer('root', 'admin'))} }
     [[operations]]
     include-path-regex = "/arrival-rules"
     headers = { Authorization = ${JSON.stringify(await bearer('root', 'admin'))} }`,
  )
  try {
    const { output, code } = await schemathesis(folder, [
      ...['--config-file', config, 'run', `${hub.url}/api/v1/openapi.json`],
      ...['--header', `Authorization: ${await bearer('ada')}`, '--checks', CHECKS.join(',')],
      ...['--phases', 'examples,coverage,fuzzing,stateful', '--max-examples', '12'],
      ...['--seed', '20', '--continue-on-failure', '--suppress-health-check', 'all'],
    ])
    expect(code, output).toBe(0)
    expect(output).toContain(`Tested: ${operations.length}\n`)
    const generated = Number(/([\d,]+) generated/.exec(output)?.[1]?.replace(',', ''))
    console.log(`${operations.length} operations, ${generated} requests`)
    expect(generated).toBeGreaterThan(500)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}, 180_000)

/** Runs it in a folder of its own, where it leaves what it remembers. */
function schemathesis(cwd: string, args: string[]): Promise<{ output: string; code: number }> {
  return new Promise((resolve, reject) => {
    execFile(
      python,
      ['-m', 'schemathesis.cli', ...args],
      { cwd, maxBuffer: 1e8, env: { ...process.env, NO_COLOR: '1' } },
      (error, stdout, stderr) => {
        if (error && typeof error.code !== 'number') return reject(error)
        // addresses of fuzzed requests are long
        const lines = `${stdout}${stderr}`.split('\n').map((line) => line.slice(0, 400))
        resolve({ output: lines.join('\n'), code: Number(error?.code ?? 0) })
      },
    )
  })
}
