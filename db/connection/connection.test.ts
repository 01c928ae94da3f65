import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Address } from './address.ts'
import { createConnection } from './connection.ts'
import { isUnavailable } from './unavailable.ts'

/** Takes connections and never says a word, like a server that hangs. */
let server: Server
let sockets: Socket[]
let target: Address

beforeEach(async () => {
  sockets = []
  server = createServer((socket) => sockets.push(socket.on('error', () => {}))).listen(
    0,
    '127.0.0.1',
  )
  await once(server, 'listening')
  const address = server.address()
  const port = typeof address === 'object' && address ? address.port : 0
  target = { host: '127.0.0.1', port, user: 'u', database: 'd' }
})

afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

const settle = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

test('a connection that is cut while it opens is not opened again behind our back', async () => {
  const connection = createConnection({ address: target, connectTimeoutMs: 2_000, onLost() {} })
  const result = settle(connection.run('begin'))
  await once(server, 'connection')
  connection.destroy('a test cuts it')
  expect(await result).toSatisfy(isUnavailable)
  // a second one would come at once
  await sleep(200)
  expect(sockets).toHaveLength(1)
})

test('a server that does not answer is unavailable after the time for connecting', async () => {
  let lost = 0
  const connection = createConnection({
    address: target,
    connectTimeoutMs: 100,
    onLost: () => lost++,
  })
  expect(await settle(connection.run('select 1'))).toSatisfy(isUnavailable)
  expect(connection.lost).toBe(true)
  expect(lost).toBe(1)
  expect(await settle(connection.run('select 1'))).toSatisfy(isUnavailable)
  expect(sockets).toHaveLength(1)
})

test('a server that goes silent after it has agreed to TLS is cut off all the same', async () => {
  server.on('connection', (socket) => socket.once('data', () => socket.write('S')))
  const address = { ...target, tls: {} }
  const late = createConnection({ address, connectTimeoutMs: 100, onLost() {} })
  expect(await settle(late.run('select 1'))).toSatisfy(isUnavailable)
  const cut = createConnection({ address, connectTimeoutMs: 2_000, onLost() {} })
  const result = settle(cut.run('select 1'))
  await once(server, 'connection')
  const [, socket] = sockets
  await new Promise((resolve) => socket?.once('data', resolve))
  cut.destroy('a test cuts it')
  expect(await result).toSatisfy(isUnavailable)
  await new Promise((resolve) => socket?.resume().once('close', resolve))
  expect(sockets).toHaveLength(2)
})

test('a refused connection is unavailable', async () => {
  server.close()
  await once(server, 'close')
  const connection = createConnection({ address: target, connectTimeoutMs: 2_000, onLost() {} })
  expect(await settle(connection.run('select 1'))).toSatisfy(isUnavailable)
  expect(connection.lost).toBe(true)
})
