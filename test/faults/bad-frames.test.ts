import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'
import { connectRaw, type RawClient } from '../support/raw-client.ts'
import type { Person } from './person.ts'
import { type Scene, startScene } from './scene.ts'
import type { Talk } from './talk.ts'

let scene: Scene
let good: Person[]
let talk: Talk

beforeAll(async () => {
  scene = await startScene({ room: 'stormy', postgres: inject('postgres') })
  good = [await scene.enter('olga'), await scene.enter('ana'), await scene.enter('wei', 'watch')]
  talk = scene.talk(good.slice(0, 2), 60)
})
afterAll(async () => {
  await talk?.stop()
  await scene?.end()
})

/** What no client of ours would send, on an open and joined connection. */
const frames: Record<string, string | Uint8Array> = {
  'no packet type': 'hello',
  'an unknown packet type': '9',
  'an empty frame': '',
  'an event without JSON': '42',
  'an event that ends in the middle': '42["caption.push",{"room":"stormy","te',
  'an event that is no array': '42{"room":"stormy"}',
  'an event without a name': '42[]',
  'a number for a name': '42[7,{}]',
  'a reserved name': '42["disconnect",{}]',
  'a name of Object': '42["__proto__",{}]',
  'another name of Object': '421["constructor",{}]',
  'an answer to nothing': '4399["what"]',
  'a connect to elsewhere': '40/admin,{}',
  'a second connect': '40{"token":"again"}',
  'an attachment that never comes': '451-["caption.push",{"_placeholder":true,"num":0}]',
  'attachments without end': '45999999999-["x"]',
  'binary out of nowhere': Uint8Array.from({ length: 2_000 }, (_, i) => i % 256),
  'arrays in arrays': `42${'['.repeat(20_000)}${']'.repeat(20_000)}`,
  'a frame over 64 KB': `42["chat.send",{"room":"stormy","text":"${'x'.repeat(70_000)}"}]`,
  'a binary frame over 64 KB': new Uint8Array(300_000),
  'an event with everything wrong': '422["caption.push",{"room":7,"segment":[],"final":"no"}]',
  'no object for a payload': '423["room.join","stormy"]',
  'three payloads': '424["room.join",{"room":"stormy"},{},{}]',
  'an upgrade probe': '2probe',
}

test.each(Object.entries(frames))('%s', async (_name, frame) => {
  const connections = good.map(({ connection }) => connection)
  const bad = await stranger()
  bad.send(frame)
  // a round trip of a good one behind it: by then the hub has read the bad one
  await good[0]?.says(`after: ${_name}`)
  await Promise.race([bad.closed, sleep(300)])
  bad.cut()
  expect(good.map(({ connection }) => connection)).toEqual(connections)
  expect(connections.every((connection) => connection?.isOpen)).toBe(true)
})

test('a frame over 64 KB is closed with 1009', async () => {
  const bad = await stranger()
  bad.send(`42["chat.send",{"room":"stormy","text":"${'x'.repeat(70_000)}"}]`)
  expect((await bad.closed).code).toBe(1009)
})

/** Beneath the WebSocket: bytes as they are, after a proper handshake or none at all. */
const bytes: Record<string, (socket: Socket) => Promise<void>> = {
  'half a frame, then nothing': async (socket) => {
    await upgrade(socket)
    socket.write(Buffer.from([0x81, 0xfe, 0x10]))
  },
  'half a payload, then gone': async (socket) => {
    await upgrade(socket)
    socket.write(Buffer.concat([Buffer.from([0x81, 0xfe, 0x10, 0, 1, 2, 3, 4]), Buffer.alloc(50)]))
    socket.resetAndDestroy()
  },
  'a frame without a mask': async (socket) => {
    await upgrade(socket)
    socket.write(Buffer.concat([Buffer.from([0x81, 2]), Buffer.from('40')]))
  },
  'an unknown opcode': async (socket) => {
    await upgrade(socket)
    socket.write(Buffer.from([0x8f, 0x80, 0, 0, 0, 0]))
  },
  'text that is no UTF-8': async (socket) => {
    await upgrade(socket)
    socket.write(Buffer.from([0x81, 0x83, 0, 0, 0, 0, 0x34, 0xc3, 0x28]))
  },
  'a length of eight exabytes': async (socket) => {
    await upgrade(socket)
    socket.write(Buffer.from([0x82, 0xff, 0x7f, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0]))
  },
  'compressed, which nobody agreed to': async (socket) => {
    await upgrade(socket)
    socket.write(Buffer.from([0xc1, 0x82, 0, 0, 0, 0, 0x34, 0x30]))
  },
  'no HTTP at all': async (socket) => {
    socket.write(Buffer.alloc(4_096, 0xff))
  },
  'a handshake that never ends': async (socket) => {
    socket.write('GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n')
  },
}

test.each(Object.entries(bytes))('%s', async (_name, send) => {
  const connections = good.map(({ connection }) => connection)
  const socket = connect(scene.hub.port, '127.0.0.1')
  socket.on('error', () => {})
  await once(socket, 'connect')
  await send(socket)
  await good[0]?.says(`after: ${_name}`)
  socket.destroy()
  expect(good.map(({ connection }) => connection)).toEqual(connections)
  expect(connections.every((connection) => connection?.isOpen)).toBe(true)
})

test('all of it at once, from 100 connections', { timeout: 60_000 }, async () => {
  const connections = good.map(({ connection }) => connection)
  const { seq } = good[2] ?? { seq: 0 }
  const all = Object.values(frames)
  await Promise.all(
    Array.from({ length: 100 }, async () => {
      const bad = await stranger()
      for (let i = 0; i < 20 && bad.isOpen; i++) bad.send(scene.random.pick(all))
      await Promise.race([bad.closed, sleep(500)])
      bad.cut()
    }),
  )
  await good[2]?.reaches(seq + 20)
  expect(good.map(({ connection }) => connection)).toEqual(connections)
  expect(connections.every((connection) => connection?.isOpen)).toBe(true)
})

test('the hub has not noticed, and nothing of the meeting is missing', async () => {
  await talk.stop()
  await scene.verify()
  expect(scene.checker.counts()).toMatchObject({ open: 0, refused: 0 })
  const bad = scene.hub.log.filter(({ level }) => typeof level === 'number' && level >= 50)
  expect(bad).toEqual([])
})

let strangers = 0
/** Someone else who is in the room. */
async function stranger(): Promise<RawClient> {
  strangers += 1
  const token = await scene.hub.token(`stranger${strangers}`, { rooms: { stormy: ['watch'] } })
  const client = await connectRaw({ url: scene.hub.url, token })
  expect(await client.emit('room.join', { room: 'stormy', as: 'watch' })).toMatchObject({
    ok: true,
  })
  return client
}

async function upgrade(socket: Socket): Promise<void> {
  socket.write(
    'GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\n' +
      'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  )
  const [answer] = await once(socket, 'data')
  expect(String(answer)).toContain('101 Switching Protocols')
}
