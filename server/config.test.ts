import { expect, test } from 'vitest'
import { ConfigError, readConfig } from './config.ts'

const SECRET = 'a'.repeat(32)

function problemsOf(env: Record<string, string>): string {
  try {
    readConfig(env, '/srv')
  } catch (error) {
    if (error instanceof ConfigError) return error.message
    throw error
  }
  return ''
}

test('with nothing set everything has its default', () => {
  expect(readConfig({}, '/srv')).toEqual({
    port: 8080,
    dataDir: '/srv/.auralink',
    models: {},
    mcp: { deepwiki: false, memory: false, sequentialThinking: false, supabase: false },
    auth: {},
    allowedOrigins: [],
  })
})

test('an empty value counts as not set', () => {
  expect(readConfig({ PORT: '', AUTH_SECRET: '  ', DATABASE_URL: '' }, '/srv')).toEqual(
    readConfig({}, '/srv'),
  )
})

test('every variable arrives', () => {
  const config = readConfig(
    {
      PORT: '0',
      DATA_DIR: 'data',
      DATABASE_URL: 'postgres://u:p@h/db',
      REDIS_URL: 'redis://h',
      LIVEKIT_URL: 'wss://lk',
      LIVEKIT_API_KEY: 'devkey',
      LIVEKIT_API_SECRET: 'secret',
      S3_ENDPOINT: 'https://s3.example',
      S3_BUCKET: 'voices',
      S3_ACCESS_KEY_ID: 'id',
      S3_SECRET_ACCESS_KEY: 'key',
      OPENAI_API_KEY: 'k',
      OPENAI_BASE_URL: 'http://127.0.0.1:1/v1',
      META_BASE_URL: 'http://llama',
      MCP_DEEPWIKI_ENABLED: 'true',
      MCP_MEMORY_ENABLED: '0',
      PREFECT_API_URL: 'http://localhost:4200',
      AUTH_SECRET: SECRET,
      AUTH_ISSUER: 'me',
      ENCRYPTION_KEY: Buffer.alloc(32, 7).toString('base64'),
      ALLOWED_ORIGINS: 'https://a.example, http://localhost:3000/',
    },
    '/srv',
  )
  expect(config).toMatchObject({
    port: 0,
    dataDir: '/srv/data',
    livekit: { url: 'wss://lk', apiKey: 'devkey', apiSecret: 'secret' },
    s3: {
      ...{ endpoint: 'https://s3.example', bucket: 'voices' },
      ...{ accessKeyId: 'id', secretAccessKey: 'key' },
    },
    models: {
      openai: { apiKey: 'k', baseUrl: 'http://127.0.0.1:1/v1' },
      meta: { baseUrl: 'http://llama' },
    },
    mcp: { deepwiki: true, memory: false },
    auth: { secret: SECRET, issuer: 'me' },
    encryptionKeys: [new Uint8Array(32).fill(7)],
    allowedOrigins: ['https://a.example', 'http://localhost:3000'],
  })
  expect(Object.isFrozen(config) && Object.isFrozen(config.models.openai)).toBe(true)
})

test('one message lists all that is wrong', () => {
  const message = problemsOf({
    PORT: '70000',
    LIVEKIT_MAX_ROOMS: '0',
    DATABASE_URL: 'mysql://x',
    AUTH_JWKS_URL: 'not a url',
    ENCRYPTION_KEY: 'short',
    MCP_MEMORY_ENABLED: 'perhaps',
    ALLOWED_ORIGINS: '*,https://a.example/path',
  })
  for (const name of [
    'PORT',
    'LIVEKIT_MAX_ROOMS',
    'DATABASE_URL',
    'AUTH_JWKS_URL',
    'ENCRYPTION_KEY',
    'MCP_MEMORY_ENABLED',
  ])
    expect(message).toContain(`- ${name} `)
  expect(message.match(/- ALLOWED_ORIGINS /g)).toHaveLength(2)
})

test('the first encryption key of its own is of the secret, for a database that is elsewhere', () => {
  const first = (env: Record<string, string>) => readConfig(env, '/').firstEncryptionKey
  const url = { DATABASE_URL: 'postgres://h/d' }
  expect(first({ ...url, AUTH_SECRET: SECRET })).toHaveLength(32)
  expect(first({ ...url, AUTH_SECRET: SECRET })).toEqual(first({ ...url, AUTH_SECRET: SECRET }))
  expect(first({ ...url, AUTH_SECRET: SECRET })).not.toEqual(
    first({ ...url, AUTH_SECRET: `${SECRET}.` }),
  )
  expect(first(url)).toBeUndefined()
  expect(first({ AUTH_SECRET: SECRET })).toBeUndefined()
})

test('of several encryption keys the wrong one is told by its number', () => {
  const [good, hex] = [Buffer.alloc(32, 7).toString('base64'), 'ab'.repeat(32)]
  expect(readConfig({ ENCRYPTION_KEY: `${good}, ${hex}` }, '/').encryptionKeys).toEqual([
    new Uint8Array(32).fill(7),
    new Uint8Array(32).fill(0xab),
  ])
  for (const wrong of [good.slice(4), `${hex}ab`, 'nonsense', '']) {
    const message = problemsOf({ ENCRYPTION_KEY: `${good},${wrong}` })
    expect(message).toContain('- ENCRYPTION_KEY number 2 of 2 must be 32 bytes in base64 or hex')
    for (const key of [good, wrong || good]) expect(message).not.toContain(key)
  }
})

test('variables that clash are told', () => {
  expect(problemsOf({ LIVEKIT_API_KEY: 'k' })).toContain('set together')
  expect(problemsOf({ S3_BUCKET: 'voices' })).toContain('S3_ENDPOINT, S3_BUCKET')
  expect(problemsOf({ META_API_KEY: 'k' })).toContain('META_BASE_URL')
  expect(problemsOf({ LIVEKIT_URL: 'wss://lk' })).toContain('LIVEKIT_API_KEY')
  // also beside one that is wrong by itself
  const both = problemsOf({ PORT: 'abc', LIVEKIT_API_KEY: 'k' })
  expect(both).toContain('- PORT')
  expect(both).toContain('set together')
})

test('a message never repeats a secret', () => {
  expect(problemsOf({ AUTH_SECRET: 'hunter2', DATABASE_URL: 'mysql://u:hunter2@h' })).not.toContain(
    'hunter2',
  )
})
