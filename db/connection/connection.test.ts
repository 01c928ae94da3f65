import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createConnection } from './connection.ts'
import { isUnavailable } from './unavailable.ts'

/** Takes connections and never says a word, like a server that hangs. */
let server: Server
let sockets: Socket[]
let url: string

beforeEach(async () => {
  sockets = []
  server = createServer((socket) => sockets.push(socket)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  url = `postgres://u@127.0.0.1:${typeof address === 'object' ? address?.port : ''}/d`
})

afterEach(() => {
  for (const socket of sockets) socket.destroy()
  server.close()
})

const settle = (promise: Promise<unknown>) => promise.catch((error: unknown) => error)

test('a connection that is cut while it opens is not opened again behind our back', async () => {
  const connection = createConnection({ url, connectTimeoutMs: 2_000, onLost() {} })
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
  const connection = createConnection({ url, connectTimeoutMs: 100, onLost: () => lost++ })
  expect(await settle(connection.run('select 1'))).toSatisfy(isUnavailable)
  expect(connection.lost).toBe(true)
  expect(lost).toBe(1)
  expect(await settle(connection.run('select 1'))).toSatisfy(isUnavailable)
  expect(sockets).toHaveLength(1)
})

test('a refused connection is unavailable', async () => {
  server.close()
  await once(server, 'close')
  const connection = createConnection({ url, connectTimeoutMs: 2_000, onLost() {} })
  expect(await settle(connection.run('select 1'))).toSatisfy(isUnavailable)
  expect(connection.lost).toBe(true)
})
