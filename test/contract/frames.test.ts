import { expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { MAX_TEXT_BYTES } from '#protocol'
import { errorOf, good, useHub } from './support.ts'

const setting = useHub()
const { connect, roomName } = setting

/** After whatever was done to the hub, others in the room go on as before. */
async function roomWithWitness() {
  const room = roomName()
  const ada = await connect('ada')
  good(await ada.emit('room.join', { room }))
  const eve = await connect('eve', { rooms: { [room]: ['join'] } })
  good(await eve.emit('room.join', { room }))
  return {
    room,
    eve,
    async othersGoOn() {
      expect(ada.isOpen).toBe(true)
      const { seq } = good(await ada.emit('chat.send', { room, text: 'still here' }))
      await ada.until((event) => 'seq' in event && event.seq === seq)
    },
  }
}

test('an unknown command is acked as malformed', async () => {
  const { eve, othersGoOn } = await roomWithWitness()
  for (const name of ['room.destroy', 'constructor', '__proto__', 'error', 'event', ''])
    expect(errorOf(await eve.emitAny(name, {})).code).toBe('malformed')
  expect(errorOf(await eve.emitAny('audio.sing', {})).message).toContain('"audio.sing"')
  expect(errorOf(await eve.emitAny(42 as unknown as string, {})).code).toBe('malformed')
  expect(eve.isOpen).toBe(true)
  await othersGoOn()
})

test('what is no object is acked as malformed', async () => {
  const { room, eve } = await roomWithWitness()
  for (const args of [[null], ['text'], [7], [[{ room }]], [{ room, text: 'x' }, 'more']])
    expect(errorOf(await eve.emitAny('chat.send', ...args)).code).toBe('malformed')
})

test('a command without an ack is run all the same', async () => {
  const { room, eve, othersGoOn } = await roomWithWitness()
  eve.send(`42${JSON.stringify(['chat.send', { room, text: 'no ack wanted' }])}`)
  eve.send(`42${JSON.stringify(['chat.send', 'wrong'])}`)
  eve.send(`42${JSON.stringify(['nothing.known'])}`)
  await eve.until((event) => event.type === 'chat.message')
  await othersGoOn()
})

test('a binary payload is refused', async () => {
  const { eve, othersGoOn } = await roomWithWitness()
  const payloads = [
    '{"_placeholder":true,"num":0}',
    '{"room":"a","text":{"_placeholder":true,"num":0}}',
  ]
  for (const [i, payload] of payloads.entries()) {
    eve.send(`451-${9000 + i}["chat.send",${payload}]`)
    eve.send(Buffer.from([1, 2, 3]))
  }
  // acks come in the order of their commands
  good(await eve.emit('desk.watch', {}))
  for (const i of payloads.keys()) {
    const ack = eve.acks.find((frame) => frame.startsWith(`43${9000 + i}[`))
    expect(ack).toContain('"code":"malformed"')
  }
  await othersGoOn()
})

test.each([
  ['a packet of no type', '4x'],
  ['broken JSON', '42["chat.send",{'],
  ['an event that is no list', '42{"a":1}'],
  ['a reserved event', '42["disconnect",{}]'],
  ['too many attachments', '45999-["chat.send"]'],
  ['a second handshake', '40{"token":"x"}'],
  ['bytes from nowhere', Buffer.from([0, 255, 1])],
])('%s costs that socket at most', async (_, frame) => {
  const { eve, othersGoOn } = await roomWithWitness()
  eve.send(frame)
  await othersGoOn()
})

test('text amid a binary packet closes that socket', async () => {
  const { eve, othersGoOn } = await roomWithWitness()
  eve.send('451-["chat.send",{"_placeholder":true,"num":0}]')
  eve.send('42["chat.send",{}]')
  await eve.closed
  await othersGoOn()
})

test('a frame over 64 KB closes the connection with 1009', async () => {
  const { room, eve, othersGoOn } = await roomWithWitness()
  eve.send(`42${JSON.stringify(['chat.send', { room, text: 'x'.repeat(65 * 1024) }])}`)
  expect((await eve.closed).code).toBe(1009)
  await othersGoOn()
})

test('a text over 16 KB is too large, one of 16 KB is not', async () => {
  const { room, eve } = await roomWithWitness()
  const chat = (text: string) => eve.emit('chat.send', { room, text })
  expect(errorOf(await chat('x'.repeat(MAX_TEXT_BYTES + 1))).code).toBe('too_large')
  expect(errorOf(await chat('\u{1F600}'.repeat(MAX_TEXT_BYTES / 4 + 1))).code).toBe('too_large')
  const caption = { room, segment: 's', text: 'x'.repeat(MAX_TEXT_BYTES + 1), final: true }
  expect(errorOf(await eve.emit('caption.push', caption)).code).toBe('too_large')
  good(await chat('x'.repeat(MAX_TEXT_BYTES)))
  good(await chat('\u{1F600}'.repeat(MAX_TEXT_BYTES / 4)))
})

test('what Postgres cannot store is replaced, and the room goes on', async () => {
  const { room, eve, othersGoOn } = await roomWithWitness()
  const { seq } = good(await eve.emit('chat.send', { room, text: 'a\u0000b\ud800c' }))
  expect(await eve.until((event) => 'seq' in event && event.seq === seq)).toMatchObject({
    data: { text: 'a\ufffdb\ufffdc' },
  })
  await othersGoOn()
})

test.each(['a\u0000b', 'a\nb', 'a\u0007', 'a\u0085b', '', '   ', '\ud800', 'x'.repeat(201)])(
  'the room name %j is refused',
  async (room) => {
    const ada = await connect('ada')
    expect(errorOf(await ada.emit('room.join', { room })).code).toBe('invalid')
  },
)

test.each([
  'a/b/../c',
  'caf\u00e9 \u{1F389}',
  '\u202eabc\u2066',
  '%2F',
  '__proto__',
  'x'.repeat(200),
])('the room name %j is legitimate, on sockets and in paths', async (name) => {
  const ada = await connect('namer')
  const { snapshot } = good(await ada.emit('room.join', { room: name }))
  expect(snapshot?.room.name).toBe(name)
  const { status, body } = await setting.rest(`/api/v1/rooms/${encodeURIComponent(name)}`, {
    as: 'namer',
  })
  expect([status, body.name]).toEqual([200, name])
})

test('names that look alike after normalization are one room', async () => {
  const ada = await connect('ada')
  const composed = good(await ada.emit('room.join', { room: 'nai\u0308ve' }))
  expect(composed.snapshot?.room.name).toBe('na\u00efve')
})

test('an upgrade at another address, polling and old protocols get nothing', async () => {
  const { url } = setting.hub
  for (const path of [
    '/socket.io/?EIO=4&transport=polling',
    '/socket.io/?EIO=3&transport=websocket',
  ])
    expect((await fetch(`${url}${path}`)).status).toBe(400)
  const stray = new WebSocket(`${url.replace('http', 'ws')}/elsewhere`)
  await new Promise((resolve) => stray.once('error', resolve))
})
