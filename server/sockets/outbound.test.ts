import { EventEmitter, once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Server } from 'socket.io'
import { afterEach, expect, test, vi } from 'vitest'
import { WebSocket } from 'ws'
import { closeSocket } from './close.ts'
import { type OutboundLimits, watchOutbound } from './outbound.ts'
import type { HubServer, HubSocket } from './types.ts'

const KB = 1024
const LIMITS: OutboundLimits = {
  softBytes: 256 * KB,
  hardBytes: 1024 * KB,
  stallMs: 300,
  maxBytes: 16 * 1024 * KB,
  checkMs: 20,
}
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

/** What a reader's watch tells, in order. */
function watch(socket: HubSocket, limits: OutboundLimits, overflow = () => {}) {
  const told: string[] = []
  const total = { sent: 0 }
  watchOutbound(socket, limits, {
    sent: (bytes) => {
      total.sent += bytes
    },
    lagging: (lagging) => told.push(lagging ? 'lagging' : 'caught up'),
    overflow: () => {
      told.push('overflow')
      overflow()
    },
  })
  return { told, total }
}

test('a reader that reads is never behind, whatever it is sent', async () => {
  const { io, socket, reader } = await oneReader()
  let received = 0
  reader.on('message', (data) => {
    if (String(data).startsWith('42')) received += 1
  })
  const { told, total } = watch(socket, LIMITS)
  for (let i = 1; i <= 500; i++) {
    send(io, socket)
    while (received < i) await breathe()
  }
  expect(total.sent).toBeGreaterThan(500 * 16 * KB)
  expect(told).toEqual([])
})

test('sound counts as much as it weighs, though it is sent as a part of its own', async () => {
  const { io, socket, reader } = await oneReader()
  const { told, total } = watch(socket, LIMITS)
  const data = { run: 'r', agent: 'a', index: 0, sample_rate: 16_000 }
  // a part of a larger buffer, as pieces of a sentence are
  const pcm = new Uint8Array(64 * KB).fill(7).subarray(1024, 1024 + 6_400)
  const arrived = new Promise<Buffer>((resolve) =>
    reader.on('message', (frame: Buffer, isBinary) => isBinary && resolve(frame)),
  )
  const say = () =>
    io.to(socket.id).emit('event', {
      ...{ room: 'r', epoch: 1, at: 1, type: 'talkback.audio', data: { ...data, pcm } },
      actor: { id: 'a', name: 'A', kind: 'agent' },
    })
  say()
  expect((await arrived).equals(pcm)).toBe(true)
  expect(total.sent).toBeGreaterThan(6_400)
  expect(total.sent).toBeLessThan(6_400 + KB)
  reader.pause()
  while (told.length === 0) {
    say()
    await breathe()
  }
  expect(told).toEqual(['lagging'])
})

test('a reader that reads gets megabytes of one tick, and is not closed', async () => {
  const { io, socket, reader } = await oneReader()
  const events = 400
  let received = 0
  const all = new Promise<void>((resolve) => {
    reader.on('message', (data) => {
      if (String(data).startsWith('42')) received += 1
      if (received === events) resolve()
    })
  })
  const { told, total } = watch(socket, LIMITS)
  for (let i = 0; i < events; i++) send(io, socket)
  await all
  expect(total.sent).toBeGreaterThan(5 * LIMITS.hardBytes)
  expect(told).not.toContain('overflow')
})

test('one that stops is told apart, then closed with 4008', async () => {
  const { io, socket, reader } = await oneReader()
  let sentAtOverflow = 0
  const { told, total } = watch(socket, LIMITS, () => {
    sentAtOverflow = total.sent
    closeSocket(socket, 'slowConsumer')
  })
  reader.pause()
  const disconnected = once(socket as never, 'disconnect')
  // the system's own buffers take some megabytes first
  while (!told.includes('lagging')) {
    send(io, socket)
    await breathe()
  }
  for (let i = 0; i < 100; i++) send(io, socket)
  await disconnected
  expect(told).toEqual(['lagging', 'overflow'])
  // nothing is written for it any more
  expect(total.sent - sentAtOverflow).toBeLessThan(100 * KB)
  const closed = once(reader, 'close')
  reader.resume()
  expect((await closed)[0]).toBe(4008)
})

test('one that catches up counts as any other again', async () => {
  const { io, socket, reader } = await oneReader()
  const { told } = watch(socket, { ...LIMITS, hardBytes: 1024 * 1024 * KB })
  reader.pause()
  while (told.length === 0) {
    send(io, socket)
    await breathe()
  }
  reader.resume()
  await vi.waitFor(() => expect(told).toEqual(['lagging', 'caught up']), 5_000)
})

/** A connection whose network takes what the test says, and whose time passes when it says so. */
function connection() {
  vi.useFakeTimers()
  cleanups.push(() => vi.useRealTimers())
  const raw = { bufferedAmount: 0 }
  const conn = Object.assign(new EventEmitter(), { transport: { socket: raw } })
  const watched = watch({ conn } as unknown as HubSocket, LIMITS)
  return {
    ...watched,
    write(bytes: number) {
      conn.emit('packetCreate', { data: 'x'.repeat(bytes) })
      conn.emit('flush')
      raw.bufferedAmount += bytes
    },
    take: (bytes: number) => {
      raw.bufferedAmount -= bytes
    },
  }
}

test('one that takes little by little is behind, and keeps its connection', async () => {
  const { told, write, take } = connection()
  for (let i = 0; i < 8; i++) write(1024 * KB)
  for (let i = 0; i < 25; i++) {
    await vi.advanceTimersByTimeAsync(LIMITS.stallMs - LIMITS.checkMs)
    take(LIMITS.softBytes)
    write(1)
  }
  expect(told).toEqual(['lagging'])
  await vi.advanceTimersByTimeAsync(LIMITS.stallMs + 2 * LIMITS.checkMs)
  expect(told).toEqual(['lagging', 'overflow'])
})

test('one for whom too much waits is closed at once', async () => {
  const { told, write } = connection()
  const inNoTime = () => vi.advanceTimersByTimeAsync(0)
  for (let i = 0; i < 16; i++) write(1024 * KB)
  await inNoTime()
  expect(told).toEqual([])
  write(2)
  write(2)
  await inNoTime()
  expect(told).toEqual(['overflow'])
})
