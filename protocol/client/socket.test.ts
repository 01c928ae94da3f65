import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type Socket as HubSide, Server } from 'socket.io'
import { afterEach, expect, test, vi } from 'vitest'
import { openSocketIo, type SocketHandlers } from './socket.ts'

const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).reverse()) await end()
})

interface Options {
  token?: () => Promise<string>
  connectTimeout?: number
}

/** A real Socket.IO server on a free port, and a socket of ours that connects to it. */
async function connected(
  refuse?: { code: string; message: string },
  { token = async () => 'a token', ...options }: Options = {},
) {
  const http = createServer()
  const io = new Server(http, { transports: ['websocket'], ...options })
  ends.push(() => io.close())
  if (refuse) io.use((_socket, next) => next(Object.assign(new Error('no'), { data: refuse })))
  const sides: HubSide[] = []
  io.on('connection', (socket) => sides.push(socket))
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
  const handlers = {
    connected: vi.fn<SocketHandlers['connected']>(),
    event: vi.fn<SocketHandlers['event']>(),
    disconnected: vi.fn<SocketHandlers['disconnected']>(),
    refused: vi.fn<SocketHandlers['refused']>(),
    unreachable: vi.fn<SocketHandlers['unreachable']>(),
  }
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`
  const socket = openSocketIo(url, token, handlers)
  ends.push(() => socket.close())
  socket.connect()
  return { sides, handlers, socket, io }
}

test('tells the close code, and comes back by itself', async () => {
  const { sides, handlers } = await connected()
  await vi.waitFor(() => expect(handlers.connected).toHaveBeenCalledOnce())
  const transport = sides[0]?.conn.transport as unknown as { socket: WebSocket }
  transport.socket.close(4008, 'slow consumer')
  await vi.waitFor(() => expect(handlers.disconnected).toHaveBeenCalledExactlyOnceWith(4008))
  await vi.waitFor(() => expect(handlers.connected).toHaveBeenCalledTimes(2), 3_000)
})

test('sends the token, events arrive and commands are acked', async () => {
  const { sides, handlers, socket } = await connected()
  await vi.waitFor(() => expect(handlers.connected).toHaveBeenCalledOnce())
  const [side] = sides
  expect(side?.handshake.auth).toEqual({ token: 'a token' })
  side?.emit('event', { type: 'x' })
  await vi.waitFor(() => expect(handlers.event).toHaveBeenCalledExactlyOnceWith({ type: 'x' }))
  side?.on('chat.send', (payload, ack) => ack({ ok: true, got: payload }))
  const answer = await new Promise((resolve) => socket.emit('chat.send', { text: 'hi' }, resolve))
  expect(answer).toEqual({ ok: true, got: { text: 'hi' } })
})

test('a token that takes longer than a connection waits is given to the newest one alone', async () => {
  let give = (_: string) => {}
  const given = new Promise<string>((resolve) => {
    give = resolve
  })
  const token = vi.fn(() => given)
  const { sides, handlers, socket } = await connected(undefined, { token, connectTimeout: 100 })
  await vi.waitFor(() => expect(token.mock.calls.length).toBeGreaterThan(1), 5_000)
  give('at last')
  await vi.waitFor(() => expect(handlers.connected).toHaveBeenCalled(), 5_000)
  sides.at(-1)?.on('chat.send', (_, ack) => ack({ ok: true }))
  await new Promise((resolve) => socket.emit('chat.send', { text: 'hi' }, resolve))
  expect(sides.map((side) => side.handshake.auth)).toEqual([{ token: 'at last' }])
  expect(handlers.connected).toHaveBeenCalledOnce()
})

test('hands on why the hub refused', async () => {
  const { handlers } = await connected({ code: 'token_expired', message: 'Too late.' })
  await vi.waitFor(() =>
    expect(handlers.refused).toHaveBeenCalledExactlyOnceWith({
      code: 'token_expired',
      message: 'Too late.',
    }),
  )
  expect(handlers.unreachable).not.toHaveBeenCalled()
})

test('nobody there is unreachable, not refused', async () => {
  const { io, handlers } = await connected()
  await vi.waitFor(() => expect(handlers.connected).toHaveBeenCalledOnce())
  await io.close()
  await vi.waitFor(() => expect(handlers.unreachable).toHaveBeenCalled(), 3_000)
  expect(handlers.refused).not.toHaveBeenCalled()
})
