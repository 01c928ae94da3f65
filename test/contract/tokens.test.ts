import { SignJWT } from 'jose'
import { expect, test } from 'vitest'
import { signToken } from '../support/hub.ts'
import { ConnectRefused, connectRaw } from '../support/raw-client.ts'
import { good, useHub } from './support.ts'

const LIVEKIT = { LIVEKIT_API_KEY: 'devkey', LIVEKIT_API_SECRET: 'secret' }
const setting = useHub({
  env: { ...LIVEKIT, AUTH_ISSUER: 'app', ALLOWED_ORIGINS: 'https://app.example.com' },
})
const { connect, rest } = setting

const app = { more: { iss: 'app' } }
const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
const soon = () => Math.floor(Date.now() / 1000) + 60

const bad: [string, () => Promise<string> | string, string][] = [
  ['none', () => '', 'unauthenticated'],
  ['nonsense', () => 'nonsense', 'unauthenticated'],
  ['a forged one', () => signToken('ada', app, 'x'.repeat(40)), 'unauthenticated'],
  [
    'of alg none',
    () => `${b64({ alg: 'none' })}.${b64({ sub: 'ada', iss: 'app', exp: soon() })}.`,
    'unauthenticated',
  ],
  ['of another issuer', () => signToken('ada', { more: { iss: 'other' } }), 'unauthenticated'],
  ['without issuer', () => signToken('ada'), 'unauthenticated'],
  [
    'without exp',
    () => signToken('ada', { more: { iss: 'app', exp: undefined as never } }),
    'unauthenticated',
  ],
  ['of a guest signed as a user', () => signToken('lk:room:ada', app), 'unauthenticated'],
  [
    'with bad rooms',
    () => signToken('ada', { more: { iss: 'app', rooms: 'all' } }),
    'unauthenticated',
  ],
  [
    'that has ended',
    () => signToken('ada', { ...app, expiresAt: Date.now() - 60_000 }),
    'token_expired',
  ],
  [
    'that begins later',
    () => signToken('ada', { more: { iss: 'app', nbf: soon() } }),
    'unauthenticated',
  ],
]

test.each(bad)('a token: %s is refused by socket and REST alike', async (_, make, code) => {
  const token = await make()
  const refusal = await connectRaw({ url: setting.hub.url, token }).catch((error) => error)
  expect(refusal).toBeInstanceOf(ConnectRefused)
  expect(refusal.data).toEqual({ code, message: expect.any(String) })

  const answer = await rest('/api/v1/rooms', { token })
  expect(answer.status).toBe(401)
  expect(answer.headers.get('content-type')).toBe('application/problem+json')
  expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer/)
  expect(answer.body).toMatchObject({ code, status: 401 })
})

test('a token reaches the rooms that it names, and the owner needs no more than to be it', async () => {
  const room = setting.roomName()
  good(await (await connect('ada', app)).emit('room.join', { room }))
  const narrow = await connect('ada', { ...app, rooms: { other: ['join'] } })
  expect(await narrow.emit('room.join', { room })).toMatchObject({ error: { code: 'not_found' } })
})

test('a LiveKit token lets a guest into its room alone', async () => {
  const livekit = (video: object) =>
    new SignJWT({ sub: 'ada', iss: 'devkey', exp: soon(), name: 'Ada', video })
      .setProtectedHeader({ alg: 'HS256' })
      .sign(new TextEncoder().encode('secret'))
  const room = setting.roomName()
  good(await (await connect('owner', app)).emit('room.join', { room }))
  const guest = await connectRaw({
    url: setting.hub.url,
    token: await livekit({ room, roomJoin: true }),
  })
  const { snapshot } = good(await guest.emit('room.join', { room }))
  expect(snapshot?.participants).toContainEqual(
    expect.objectContaining({ id: `lk:${room}:ada`, name: 'Ada' }),
  )
  expect(await guest.emit('room.join', { room: 'another' })).toMatchObject({
    error: { code: 'not_found' },
  })
  expect(
    await guest.emit('moderation.act', { room, target: 'owner', action: 'warn' }),
  ).toMatchObject({ error: { code: 'forbidden' } })
  guest.cut()
})

test.each([
  [undefined, true],
  ['https://app.example.com', true],
  ['https://evil.example', false],
  ['null', false],
])('a socket of the origin %s opens: %s', async (origin, opens) => {
  const attempt = connectRaw({
    url: setting.hub.url,
    token: await signToken('ada', app),
    ...(origin === undefined ? {} : { origin }),
  })
  if (opens) (await attempt).cut()
  else await expect(attempt).rejects.toThrow('400')
})

test("a socket of the hub's own origin opens", async () => {
  const { url } = setting.hub
  const client = await connectRaw({ url, token: await signToken('ada', app), origin: url })
  client.cut()
})
