import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { afterEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { closeSocket } from './close.ts'
import { watchOutbound } from './outbound.ts'
import type { HubServer, HubSocket } from './types.ts'

const KB = 1024
const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup()
})

/** A server with one connected reader, which can stop reading. */
async function oneReader() {
  const http = createServer().listen(0, '127.0.0.1')
  await once(http, 'listening')
  const io: HubServer = new Server(http, { transports: ['websocket'], perMessageDeflate: false })
  const connected = new Promise<HubSocket>((resolve) => io.once('connection', resolve))
  const { port } = http.address() as AddressInfo
  const reader = new WebSocket(`ws://127.0.0.1:${port}/socket.io/?EIO=4&transport=websocket`)
  reader.once('message', () => reader.send('40'))
  const socket = await connected
  cleanups.push(
    () => reader.terminate(),
    () => io.close(),
  )
  return { io, socket, reader }
}

/** An event of about 16 KB. */
function send(io: HubServer, socket: HubSocket) {
  io.to(socket.id).emit('event', {
    room: 'r',
    epoch: 1,
    at: 1,
    type: 'transcript.partial',
    actor: { id: 'a', name: 'A', kind: 'person' },
    data: { segment: 's', text: 'x'.repeat(16 * KB) },
  })
}

const breathe = () => new Promise((resolve) => setImmediate(resolve))

test('a reader that reads is never behind, whatever it is sent', async () => {
  const { io, socket, reader } = await oneReader()
  let sent = 0
  let received = 0
  const trouble: unknown[] = []
  reader.on('message', (data) => {
    if (String(data).startsWith('42')) received += 1
  })
  watchOutbound(
    socket,
    { softBytes: 256 * KB, hardBytes: 1024 * KB },
    {
      sent: (bytes) => {
        sent += bytes
      },
      lagging: (lagging) => trouble.push(lagging),
      overflow: () => trouble.push('overflow'),
    },
  )
  for (let i = 1; i <= 500; i++) {
    send(io, socket)
    while (received < i) await breathe()
  }
  expect(sent).toBeGreaterThan(500 * 16 * KB)
  expect(trouble).toEqual([])
})

test('one that stops is told apart at the soft limit, and closed at the hard one with 4008', async () => {
  const { io, socket, reader } = await oneReader()
  const told: unknown[] = []
  let sent = 0
  let sentAtOverflow = 0
  watchOutbound(
    socket,
    { softBytes: 256 * KB, hardBytes: 1024 * KB },
    {
      sent: (bytes) => {
        sent += bytes
      },
      lagging: (lagging) => told.push(lagging),
      overflow() {
        sentAtOverflow = sent
        told.push('overflow')
        closeSocket(socket, 'slowConsumer')
      },
    },
  )
  reader.pause()
  const disconnected = once(socket as never, 'disconnect')
  // the system's own buffers take some megabytes first
  for (let i = 0; i < 5000 && socket.connected; i++) {
    send(io, socket)
    await breathe()
  }
  await disconnected
  expect(told.slice(0, 2)).toEqual([true, 'overflow'])
  // nothing is written for it any more
  expect(sent - sentAtOverflow).toBeLessThan(100 * KB)
  const closed = once(reader, 'close')
  reader.resume()
  expect((await closed)[0]).toBe(4008)
})

test('one that catches up counts as any other again', async () => {
  const { io, socket, reader } = await oneReader()
  const told: unknown[] = []
  const changed: (() => void)[] = []
  watchOutbound(
    socket,
    { softBytes: 256 * KB, hardBytes: 1024 * 1024 * KB },
    {
      sent: () => {},
      lagging: (lagging) => {
        told.push(lagging)
        changed.shift()?.()
      },
      overflow: () => told.push('overflow'),
    },
  )
  reader.pause()
  while (told.length === 0) {
    send(io, socket)
    await breathe()
  }
  const caughtUp = new Promise<void>((resolve) => changed.push(resolve))
  reader.resume()
  await caughtUp
  expect(told).toEqual([true, false])
})
