import { hkdfSync } from 'node:crypto'
import { resolve } from 'node:path'
import { z } from 'zod'

/** What the environment may say. Each variable is a line here, and in the README's table. */
export interface Config {
  /** 0 lets the system choose; the log says which. */
  port: number
  /** Absolute path of the folder for what the hub keeps: secret, node id, its own Postgres. */
  dataDir: string
  /** Absent: the hub runs a Postgres of its own under `dataDir`. */
  databaseUrl?: string
  redisUrl?: string
  livekit?: {
    url?: string
    apiKey: string
    apiSecret: string
    /** LiveKit rooms that this node is in at once, at most. */
    maxRooms?: number
  }
  /** Where finished recordings are kept; absent: under `dataDir`. */
  s3?: {
    endpoint: string
    bucket: string
    accessKeyId: string
    secretAccessKey: string
    region?: string
  }
  models: {
    openai?: { apiKey: string; baseUrl?: string }
    anthropic?: { apiKey: string; baseUrl?: string }
    google?: { apiKey: string; baseUrl?: string }
    meta?: { apiKey?: string; baseUrl: string }
  }
  mcp: { deepwiki: boolean; memory: boolean; sequentialThinking: boolean; supabase: boolean }
  prefectApiUrl?: string
  auth: { secret?: string; jwksUrl?: string; issuer?: string; audience?: string }
  /** 32 bytes each: the first wraps people's data keys, all unwrap. Absent: the hub keeps keys of its own. */
  encryptionKeys?: readonly Uint8Array[]
  /** The first of the hub's own keys, 32 bytes, the same wherever database and secret are. Absent: a random one. */
  firstEncryptionKey?: Uint8Array
  /** Besides the hub's own origin. */
  allowedOrigins: readonly string[]
}

/** The start stops with this one message, which lists everything that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const Port = z.string().regex(/^\d{1,5}$/, 'must be a number from 0 to 65535')
const Flag = z
  .enum(['true', 'false', '1', '0'], 'must be true or false')
  .transform((flag) => flag === 'true' || flag === '1')
const Key = z.string()
const httpUrl = url(['http:', 'https:'])

const Environment = z.object({
  PORT: Port.transform(Number)
    .refine((port) => port <= 65_535, 'must be a number from 0 to 65535')
    .optional(),
  DATA_DIR: z.string().optional(),
  // what it says beyond that is db's to read: libpq has forms that no URL parser takes
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//i, 'must be a URL that begins with postgres:// or postgresql://')
    .optional(),
  REDIS_URL: url(['redis:', 'rediss:']).optional(),
  LIVEKIT_URL: url(['ws:', 'wss:', 'http:', 'https:']).optional(),
  LIVEKIT_API_KEY: Key.optional(),
  LIVEKIT_API_SECRET: Key.optional(),
  LIVEKIT_MAX_ROOMS: z
    .string()
    .regex(/^[1-9]\d{0,4}$/, 'must be a number from 1 to 99999')
    .transform(Number)
    .optional(),
  S3_ENDPOINT: httpUrl.optional(),
  S3_BUCKET: z.string().optional(),
  S3_ACCESS_KEY_ID: Key.optional(),
  S3_SECRET_ACCESS_KEY: Key.optional(),
  S3_REGION: z.string().optional(),
  OPENAI_API_KEY: Key.optional(),
  OPENAI_BASE_URL: httpUrl.optional(),
  ANTHROPIC_API_KEY: Key.optional(),
  ANTHROPIC_BASE_URL: httpUrl.optional(),
  GOOGLE_API_KEY: Key.optional(),
  GOOGLE_BASE_URL: httpUrl.optional(),
  META_BASE_URL: httpUrl.optional(),
  META_API_KEY: Key.optional(),
  MCP_DEEPWIKI_ENABLED: Flag.optional(),
  MCP_MEMORY_ENABLED: Flag.optional(),
  MCP_SEQUENTIAL_THINKING_ENABLED: Flag.optional(),
  MCP_SUPABASE_ENABLED: Flag.optional(),
  PREFECT_API_URL: httpUrl.optional(),
  AUTH_SECRET: Key.optional(),
  AUTH_JWKS_URL: httpUrl.optional(),
  AUTH_ISSUER: z.string().optional(),
  AUTH_AUDIENCE: z.string().optional(),
  ENCRYPTION_KEY: z.string().transform(encryptionKeys).optional(),
  ALLOWED_ORIGINS: z.string().transform(origins).optional(),
})
type Variables = z.output<typeof Environment>

/**
 * The environment as a frozen Config. An empty value counts as not set.
 *
 * @throws ConfigError that lists every wrong value
 */
export function readConfig(env: Record<string, string | undefined>, cwd: string): Config {
  const set = Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => {
      const trimmed = value?.trim() ?? ''
      return trimmed === '' ? [] : [[name, trimmed]]
    }),
  )
  const parsed = Environment.safeParse(set)
  const wrong = parsed.error?.issues ?? []
  const problems = [
    ...wrong.map((issue) => `${issue.path.join('.')} ${issue.message}`),
    ...clashes(set),
  ]
  if (!parsed.success || problems.length > 0) {
    const list = problems.map((problem) => `  - ${problem}`).join('\n')
    throw new ConfigError(
      `The hub does not start, since its environment is wrong:\n${list}\n` +
        'Correct these variables, or unset them: every one is optional.',
    )
  }
  return freeze(toConfig(parsed.data, cwd))
}

const S3_NEEDS = ['S3_ENDPOINT', 'S3_BUCKET', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'] as const

/** What each variable alone cannot tell: also when some of them are wrong by themselves. */
function clashes(env: { [name in keyof Variables]?: unknown }): string[] {
  const problems: string[] = []
  if ((env.LIVEKIT_API_KEY === undefined) !== (env.LIVEKIT_API_SECRET === undefined))
    problems.push('LIVEKIT_API_KEY and LIVEKIT_API_SECRET must be set together')
  if (env.LIVEKIT_URL !== undefined && env.LIVEKIT_API_KEY === undefined)
    problems.push('LIVEKIT_URL needs LIVEKIT_API_KEY and LIVEKIT_API_SECRET')
  const s3 = S3_NEEDS.filter((name) => env[name] !== undefined)
  if ((s3.length > 0 || env.S3_REGION !== undefined) && s3.length < S3_NEEDS.length)
    problems.push(`${S3_NEEDS.join(', ')} must be set together`)
  if (env.META_API_KEY !== undefined && env.META_BASE_URL === undefined)
    problems.push('META_API_KEY needs META_BASE_URL, the address of the host of the models')
  return problems
}

function toConfig(env: Variables, cwd: string): Config {
  return {
    port: env.PORT ?? 8080,
    dataDir: resolve(cwd, env.DATA_DIR ?? '.auralink'),
    ...defined({
      databaseUrl: env.DATABASE_URL,
      redisUrl: env.REDIS_URL,
      prefectApiUrl: env.PREFECT_API_URL,
      encryptionKeys: env.ENCRYPTION_KEY,
      firstEncryptionKey: firstKey(env),
    }),
    ...(env.LIVEKIT_API_KEY !== undefined && env.LIVEKIT_API_SECRET !== undefined
      ? {
          livekit: {
            apiKey: env.LIVEKIT_API_KEY,
            apiSecret: env.LIVEKIT_API_SECRET,
            ...defined({ url: env.LIVEKIT_URL, maxRooms: env.LIVEKIT_MAX_ROOMS }),
          },
        }
      : {}),
    ...storage(env),
    models: defined({
      openai: provider(env.OPENAI_API_KEY, env.OPENAI_BASE_URL),
      anthropic: provider(env.ANTHROPIC_API_KEY, env.ANTHROPIC_BASE_URL),
      google: provider(env.GOOGLE_API_KEY, env.GOOGLE_BASE_URL),
      meta:
        env.META_BASE_URL === undefined
          ? undefined
          : { baseUrl: env.META_BASE_URL, ...defined({ apiKey: env.META_API_KEY }) },
    }),
    mcp: {
      deepwiki: env.MCP_DEEPWIKI_ENABLED ?? false,
      memory: env.MCP_MEMORY_ENABLED ?? false,
      sequentialThinking: env.MCP_SEQUENTIAL_THINKING_ENABLED ?? false,
      supabase: env.MCP_SUPABASE_ENABLED ?? false,
    },
    auth: defined({
      secret: env.AUTH_SECRET,
      jwksUrl: env.AUTH_JWKS_URL,
      issuer: env.AUTH_ISSUER,
      audience: env.AUTH_AUDIENCE,
    }),
    allowedOrigins: env.ALLOWED_ORIGINS ?? [],
  }
}

function storage(env: Variables): Pick<Config, 's3'> {
  const { S3_ENDPOINT: endpoint, S3_BUCKET: bucket, S3_REGION: region } = env
  const { S3_ACCESS_KEY_ID: accessKeyId, S3_SECRET_ACCESS_KEY: secretAccessKey } = env
  if (!endpoint || !bucket || !accessKeyId || !secretAccessKey) return {}
  return { s3: { endpoint, bucket, accessKeyId, secretAccessKey, ...defined({ region }) } }
}

function provider(apiKey: string | undefined, baseUrl: string | undefined) {
  return apiKey === undefined ? undefined : { apiKey, ...defined({ baseUrl }) }
}

/** Without the keys whose value is undefined. */
function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

function url(protocols: string[]) {
  return z.string().refine(
    (text) => {
      return URL.canParse(text) && protocols.includes(new URL(text).protocol)
    },
    `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}`,
  )
}

function encryptionKeys(text: string, ctx: z.RefinementCtx): Uint8Array[] {
  const parts = text.split(',').map((part) => part.trim())
  return parts.map((part, index) => {
    const form = /^[0-9a-f]{64}$/i.test(part) ? 'hex' : 'base64'
    const key = Buffer.from(part, form)
    if (key.length !== 32)
      ctx.addIssue(
        `${parts.length > 1 ? `number ${index + 1} of ${parts.length} ` : ''}must be 32 bytes in base64 or hex; ` +
          'make one with: openssl rand -base64 32',
      )
    return new Uint8Array(key)
  })
}

/** A hub that finds its database, but not the folder of before, comes to the same key again. */
function firstKey({ DATABASE_URL: url, AUTH_SECRET: secret }: Variables): Uint8Array | undefined {
  if (url === undefined || secret === undefined) return undefined
  return new Uint8Array(hkdfSync('sha256', secret, '', 'auralink encryption key', 32))
}

function origins(text: string, ctx: z.RefinementCtx): string[] {
  const list = text.split(',').map((part) => part.trim().replace(/\/$/, ''))
  return list.filter((origin) => {
    if (origin === '') return false
    const good = URL.canParse(origin) && new URL(origin).origin === origin.toLowerCase()
    if (!good)
      ctx.addIssue(`has ${JSON.stringify(origin)}: origins look like https://app.example.com`)
    return good
  })
}

function freeze<T extends object>(value: T): T {
  for (const part of Object.values(value))
    if (typeof part === 'object' && part !== null && !ArrayBuffer.isView(part)) freeze(part)
  return Object.freeze(value)
}
