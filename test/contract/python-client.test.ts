import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { beforeAll, expect, test } from 'vitest'
import { pythonWith } from '../support/python.ts'
import { useHub } from './support.ts'

const setting = useHub()
let python: string

beforeAll(async () => {
  python = await pythonWith(new URL('./python/requirements.txt', import.meta.url))
}, 600_000)

test('python-socketio goes the whole main path, from the description of the wire alone', async () => {
  const { hub } = setting
  const room = 'harbour é'
  const rooms = { [room]: ['join' as const] }
  const soon = Date.now() + 20_000
  const tokens = {
    ana: await hub.token('ana'),
    ben: await hub.token('ben', { name: 'Ben', rooms }),
    wim: await hub.token('wim', { rooms: { [room]: ['watch'] } }),
    brief: await hub.token('brief', { expiresAt: soon }),
  }
  const script = fileURLToPath(new URL('./python/client.py', import.meta.url))
  const child = spawn(python, [script], { stdio: ['pipe', 'pipe', 'pipe'] })
  const ended = once(child, 'close')
  let complaints = ''
  child.stderr.on('data', (chunk) => {
    complaints += chunk
  })
  child.stdin.end(JSON.stringify({ url: hub.url, room, tokens }))
  const held: string[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    const step = (JSON.parse(line) as { held: string }).held
    held.push(step)
    if (step === 'about to be drained') void hub.stop()
  }
  const [code] = await ended
  expect({ code, complaints }).toEqual({ code: 0, complaints: '' })
  expect(held).toEqual([
    'refused without a token',
    'joined',
    'captions',
    'chat',
    'asked and answered with a citation',
    'history',
    'resumed after a cut',
    'muted and restored',
    'errors',
    'about to be drained',
    'close codes',
  ])
}, 180_000)
