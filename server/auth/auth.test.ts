import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { exportJWK, generateKeyPair, SignJWT } from 'jose'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { type AuthConfig, createAuth } from './index.ts'

const SECRET = 's'.repeat(32)
const NOW = Date.UTC(2026, 0, 1)
const HOUR = 3_600_000
let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'auth-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const auth = (config: Partial<AuthConfig> = {}) =>
  createAuth({ dataDir, auth: { secret: SECRET }, ...config }, () => NOW)

function sign(
  claims: Record<string, unknown>,
  { secret = SECRET, alg = 'HS256' }: { secret?: string; alg?: string } = {},
) {
  return new SignJWT({ sub: 'ada', exp: NOW / 1000 + 3600, ...claims })
    .setProtectedHeader({ alg })
    .sign(new TextEncoder().encode(secret))
}

const refused = (code: string, message = '') =>
  expect.objectContaining({ code, message: expect.stringContaining(message) })

describe('a token signed by the secret', () => {
  test('makes its bearer', async () => {
    const token = await sign({ name: 'Ada', role: 'moderator', rooms: { 'cafe\u0301': ['join'] } })
    const principal = await auth().verifyToken(token)
    expect(principal).toMatchObject({ userId: 'ada', name: 'Ada', role: 'moderator' })
    expect(principal.expiresAt).toBe(NOW + HOUR)
    expect(Object.entries(principal.rooms ?? {})).toEqual([['caf\u00e9', ['join']]])
  })

  test.each([
    [{ role: 'authenticated', app_metadata: { role: 'admin' } }, 'admin'],
    [{ role: 'moderator', app_metadata: { provider: 'x' } }, 'moderator'],
    [{ role: 'authenticated' }, 'user'],
    [{ role: 'service_role', app_metadata: { role: 'postgres' } }, 'user'],
  ])('%j has the role %s', async (claims, role) => {
    expect((await auth().verifyToken(await sign(claims))).role).toBe(role)
  })

  test.each([
    [{ exp: undefined }, 'unauthenticated', 'exp'],
    [{ exp: NOW / 1000 - 10 }, 'token_expired', ''],
    [{ exp: 1e300 }, 'unauthenticated', 'exp'],
    [{ sub: undefined }, 'unauthenticated', 'sub'],
    [{ sub: '' }, 'unauthenticated', 'sub'],
    [{ sub: 'a\u0000b' }, 'unauthenticated', 'sub'],
    [{ sub: 'lk:room:ada' }, 'unauthenticated', 'sub'],
    [{ sub: 'agent:qa' }, 'unauthenticated', 'sub'],
    [{ sub: 'erased' }, 'unauthenticated', 'sub'],
    [{ nbf: NOW / 1000 + 60 }, 'unauthenticated', 'nbf'],
    [{ name: 'a\u0007' }, 'unauthenticated', 'name'],
    [{ rooms: ['standup'] }, 'unauthenticated', 'rooms'],
    [{ rooms: { standup: 'join' } }, 'unauthenticated', 'rooms'],
    [{ rooms: { standup: ['own'] } }, 'unauthenticated', 'rooms'],
    [{ rooms: { 'a\nb': ['join'] } }, 'unauthenticated', 'rooms'],
  ])('%j is refused', async (claims, code, message) => {
    await expect(auth().verifyToken(await sign(claims))).rejects.toEqual(refused(code, message))
  })

  test('may begin by a clock that is a little ahead, and ends on time', async () => {
    await auth().verifyToken(await sign({ nbf: NOW / 1000 + 3 }))
    const ended = await sign({ exp: NOW / 1000 - 1 })
    await expect(auth().verifyToken(ended)).rejects.toEqual(refused('token_expired'))
  })

  test('no room is granted by what every object has', async () => {
    const { rooms } = await auth().verifyToken(await sign({ rooms: {} }))
    expect(rooms?.constructor).toBeUndefined()
  })

  test.each([
    ['signed by another secret', () => sign({}, { secret: 'x'.repeat(32) })],
    ['of another HMAC algorithm', () => sign({}, { secret: 's'.repeat(64), alg: 'HS512' })],
    ['with alg none', async () => `${b64({ alg: 'none' })}.${b64({ sub: 'ada', exp: 9e9 })}.`],
    ['that is no token', async () => 'nonsense'],
    ['that is no text', async () => ({ sub: 'ada' })],
    ['that is empty', async () => ''],
    ['that is huge', async () => 'a'.repeat(20_000)],
  ])('one %s is refused', async (_, token) => {
    await expect(auth().verifyToken(await token())).rejects.toEqual(refused('unauthenticated'))
  })

  test('issuer and audience are checked where set, and own tokens carry them', async () => {
    const strict = auth({ auth: { secret: SECRET, issuer: 'app', audience: 'hub' } })
    const request = { userId: 'ada', role: 'user', hours: 1 } as const
    await strict.verifyToken(await strict.mintToken?.(request))
    for (const claims of [{}, { iss: 'other', aud: 'hub' }, { iss: 'app', aud: 'other' }])
      await expect(strict.verifyToken(await sign(claims))).rejects.toEqual(
        refused('unauthenticated'),
      )
  })
})

test('without a secret one is made once, for the eyes of the hub alone', async () => {
  const request = { userId: 'ada', role: 'user', rooms: { standup: ['join'] }, hours: 1 } as const
  const token = await auth({ auth: {} }).mintToken?.({
    ...request,
    rooms: { standup: [...request.rooms.standup] },
  })
  const file = join(dataDir, 'auth-secret')
  expect(statSync(file).mode & 0o777).toBe(0o600)
  expect(Buffer.from(readFileSync(file, 'utf8'), 'base64url')).toHaveLength(32)
  const principal = await auth({ auth: {} }).verifyToken(token)
  expect(principal).toMatchObject({ userId: 'ada', rooms: { standup: ['join'] } })
})

describe('a LiveKit access token', () => {
  const livekit = { apiKey: 'devkey', apiSecret: 'secret' }
  const guest = (claims: Record<string, unknown>, secret = 'secret') =>
    sign({ iss: 'devkey', ...claims }, { secret })

  test('makes a guest of its room', async () => {
    const token = await guest({ name: 'Ada', video: { room: 'standup', roomJoin: true } })
    const principal = await auth({ livekit }).verifyToken(token)
    expect(principal).toMatchObject({ userId: 'lk:standup:ada', name: 'Ada', role: 'user' })
    expect(Object.entries(principal.rooms ?? {})).toEqual([['standup', ['join']]])
  })

  test('with roomAdmin moderates that room, and has no other role', async () => {
    const token = await guest({ role: 'admin', video: { room: 'standup', roomAdmin: true } })
    const principal = await auth({ livekit }).verifyToken(token)
    expect(principal.role).toBe('user')
    expect(Object.entries(principal.rooms ?? {})).toEqual([['standup', ['moderate']]])
  })

  test.each([
    ['without a room', guest({ video: { roomJoin: true } })],
    [
      "that could be what another's identity is called",
      guest({ sub: 'b64~YQ', video: { room: 'r', roomJoin: true } }),
    ],
    ['that may not join', guest({ video: { room: 'standup', canPublish: true } })],
    ['signed by another secret', guest({ video: { room: 'standup', roomJoin: true } }, 'other')],
    ["signed by the app's secret", guest({ video: { room: 'r', roomJoin: true } }, SECRET)],
  ])('%s is refused', async (_, token) => {
    await expect(auth({ livekit }).verifyToken(await token)).rejects.toEqual(
      refused('unauthenticated'),
    )
  })

  test("the LiveKit secret signs no user's token", async () => {
    const token = await sign({ iss: 'other' }, { secret: 'secret' })
    await expect(auth({ livekit }).verifyToken(token)).rejects.toEqual(refused('unauthenticated'))
  })
})

describe('an identity provider', () => {
  test('signs by its published keys, asymmetric algorithms only', async () => {
    const { publicKey, privateKey } = await generateKeyPair('ES256')
    const keys = { keys: [{ ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }] }
    const provider = createServer((_, res) => res.end(JSON.stringify(keys))).listen(0, '127.0.0.1')
    await new Promise((resolve) => provider.once('listening', resolve))
    const jwksUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/jwks`
    const byProvider = auth({ auth: { jwksUrl } })
    const token = await new SignJWT({ sub: 'ada', exp: NOW / 1000 + 60 })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(privateKey)

    expect(await byProvider.verifyToken(token)).toMatchObject({ userId: 'ada' })
    expect(byProvider.mintToken).toBeUndefined()
    // the public key as the secret of an HMAC: the old confusion of algorithms
    const confused = await sign({}, { secret: JSON.stringify(keys.keys[0]) })
    await expect(byProvider.verifyToken(confused)).rejects.toEqual(refused('unauthenticated'))

    // beside a secret each signer has its own algorithms, and the confusion helps no more than before
    const both = auth({ auth: { jwksUrl, secret: SECRET } })
    expect(await both.verifyToken(token)).toMatchObject({ userId: 'ada' })
    expect(await both.verifyToken(await sign({}))).toMatchObject({ userId: 'ada' })
    await expect(both.verifyToken(confused)).rejects.toEqual(refused('unauthenticated'))
    provider.close()
  })

  test('that is away is told apart from a bad token', async () => {
    const { privateKey } = await generateKeyPair('ES256')
    const token = await new SignJWT({ sub: 'ada', exp: NOW / 1000 + 60 })
      .setProtectedHeader({ alg: 'ES256', kid: 'k1' })
      .sign(privateKey)
    const away = auth({ auth: { jwksUrl: 'http://127.0.0.1:9/jwks' } })
    await expect(away.verifyToken(token)).rejects.toEqual(refused('degraded'))
  })
})

const b64 = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
