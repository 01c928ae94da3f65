import { io } from 'socket.io-client'
import { expect, test } from 'vitest'
import { errorOf, good, useHub } from './support.ts'

const setting = useHub()
const { connect, roomName, rest } = setting

test('a live socket is closed with 4001 when its token ends', async () => {
  const ada = await connect('ada', { expiresAt: Date.now() + 2_000 })
  good(await ada.emit('desk.watch', {}))
  expect(await ada.closed).toEqual({ code: 4001, reason: 'token expired' })
})

test('a Socket.IO client comes back by itself after it, with what token it then has', async () => {
  const { hub } = setting
  const tokens = [await hub.token('ada', { expiresAt: Date.now() + 2_000 }), await hub.token('ada')]
  const client = io(hub.url, {
    transports: ['websocket'],
    reconnectionDelay: 50,
    auth: (answer) => answer({ token: tokens.shift() }),
  })
  const next = (event: 'connect' | 'disconnect') =>
    new Promise<unknown>((resolve) => client.once(event, resolve))
  await next('connect')
  expect(await next('disconnect')).toBe('transport close')
  await next('connect')
  client.close()
})

test('auth.refresh puts the end off', async () => {
  const room = roomName()
  const expiresAt = Date.now() + 2_000
  const ada = await connect('ada', { expiresAt })
  good(await ada.emit('room.join', { room }))
  const token = await setting.hub.token('ada')
  expect(good(await ada.emit('auth.refresh', { token })).rooms).toEqual({ kept: [room], lost: [] })
  await new Promise((resolve) => setTimeout(resolve, expiresAt + 500 - Date.now()))
  good(await ada.emit('chat.send', { room, text: 'still here' }))
})

test('auth.refresh leaves the rooms that the new token does not reach', async () => {
  const [kept, lost] = [roomName(), roomName()]
  const ada = await connect('ada')
  for (const room of [kept, lost]) good(await ada.emit('room.join', { room }))
  const token = await setting.hub.token('ada', { rooms: { [kept]: ['join'] } })
  expect(good(await ada.emit('auth.refresh', { token })).rooms).toEqual({
    kept: [kept],
    lost: [lost],
  })
  const before = ada.events.length
  good(await (await connect('ada')).emit('room.join', { room: lost, name: 'New Name' }))
  expect(errorOf(await ada.emit('room.history', { room: lost, after: 0 })).code).toBe('not_found')
  expect(ada.events.slice(before).filter((event) => event.room === lost)).toEqual([])
})

test('auth.refresh takes no token of another, nor a bad one, and the socket goes on', async () => {
  const ada = await connect('ada')
  const other = await setting.hub.token('bob')
  expect(errorOf(await ada.emit('auth.refresh', { token: other })).code).toBe('forbidden')
  expect(errorOf(await ada.emit('auth.refresh', { token: 'x' })).code).toBe('unauthenticated')
  const ended = await setting.hub.token('ada', { expiresAt: Date.now() - 60_000 })
  expect(errorOf(await ada.emit('auth.refresh', { token: ended })).code).toBe('token_expired')
  good(await ada.emit('desk.watch', {}))
})

test('a membership that ends takes its sockets out of the room at once', async () => {
  const room = roomName()
  const path = `/api/v1/rooms/${encodeURIComponent(room)}`
  const ada = await connect('ada')
  good(await ada.emit('room.join', { room }))
  const member = `${path}/members/bob`
  await rest(member, { as: 'ada', method: 'PUT', body: { rights: ['join'] } })
  const bob = await connect('bob')
  good(await bob.emit('room.join', { room }))
  expect((await rest(member, { as: 'ada', method: 'DELETE' })).status).toBe(204)
  const { seq } = good(await ada.emit('chat.send', { room, text: 'among us' }))
  await ada.until((event) => 'seq' in event && event.seq === seq)
  expect(errorOf(await bob.emit('chat.send', { room, text: 'hey' })).code).toBe('not_found')
  expect(bob.events.filter((event) => event.type === 'chat.message')).toEqual([])
})

test('a member who becomes a moderator sees cases from then on', async () => {
  const room = roomName()
  const member = `/api/v1/rooms/${encodeURIComponent(room)}/members/bob`
  const rooms = { [room]: ['join' as const] }
  const [ada, eve] = [await connect('ada'), await connect('eve', { rooms })]
  for (const person of [ada, eve]) good(await person.emit('room.join', { room }))
  await rest(member, { as: 'ada', method: 'PUT', body: { rights: ['join'] } })
  const bob = await connect('bob')
  good(await bob.emit('room.join', { room }))
  const warn = async () =>
    good(await ada.emit('moderation.act', { room, target: 'eve', action: 'warn', reason: 'r' }))
  const nth = (n: number) => bob.events.filter((event) => event.type === 'moderation.acted')[n]

  await warn()
  await rest(member, { as: 'ada', method: 'PUT', body: { rights: ['moderate'] } })
  await warn()
  await bob.until(() => nth(1) !== undefined)
  expect(nth(0)).toMatchObject({ data: { target: 'eve', action: 'warn' } })
  expect(nth(0)).not.toHaveProperty('data.reason')
  expect(nth(1)).toHaveProperty('data.reason', 'r')
})

test('a user has at most 200 connections', async () => {
  const many = await Promise.all(Array.from({ length: 200 }, () => connect('crowd')))
  await expect(connect('crowd')).rejects.toMatchObject({ data: { code: 'rate_limited' } })
  const gone = many[0]
  await gone?.close()
  await (await connect('crowd')).close()
  await Promise.all(many.map((client) => client.close()))
})
