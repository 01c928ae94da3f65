import { parseArgs } from 'node:util'
import { personName, Right, Role, roomName, userId } from '#protocol'
import { createAuth, grants, type TokenRequest } from './auth/index.ts'
import { ConfigError, readConfig } from './config.ts'
import { makeDataDir } from './data-dir.ts'

const USAGE = `npm run token -- --user ID [--role user|moderator|admin] [--room NAME=join,watch,moderate]... [--name NAME] [--hours N]

Prints a token for that user, signed as the hub of this folder (DATA_DIR, AUTH_SECRET) accepts it.
  --room    the token reaches these rooms only; without it, those that the user owns or is a member of
  --hours   how long it is good (default 24)`

class UsageError extends Error {}

/** The options of the command line as what to mint. */
function readRequest(args: string[]): TokenRequest {
  const { values } = parseArgs({
    args,
    options: {
      user: { type: 'string' },
      role: { type: 'string', default: 'user' },
      room: { type: 'string', multiple: true },
      name: { type: 'string' },
      hours: { type: 'string', default: '24' },
    },
  })
  if (values.user === undefined) throw new UsageError('--user is missing')
  const hours = Number(values.hours)
  if (!(hours > 0 && hours <= 876_000)) throw new UsageError('--hours must be a number above 0')
  return {
    userId: checked(userId, values.user, '--user'),
    role: checked(Role, values.role, '--role'),
    hours,
    ...(values.name === undefined ? {} : { name: checked(personName, values.name, '--name') }),
    ...(values.room === undefined ? {} : { rooms: grants(values.room.map(readGrant)) }),
  }
}

function readGrant(text: string): [string, Right[]] {
  // the last sign of equality: a room's name may hold others
  const at = text.lastIndexOf('=')
  if (at < 1) throw new UsageError(`--room ${text} must look like --room NAME=join,moderate`)
  const name = checked(roomName, text.slice(0, at), '--room')
  return [
    name,
    text
      .slice(at + 1)
      .split(',')
      .map((right) => checked(Right, right.trim(), '--room')),
  ]
}

interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: { message: string }[] } }
}

function checked<T>(schema: Schema<T>, value: string, option: string): T {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw new UsageError(`${option} ${value}: ${result.error.issues[0]?.message}`)
}

async function main(): Promise<void> {
  const request = readRequest(process.argv.slice(2))
  const config = readConfig(process.env, process.cwd())
  makeDataDir(config.dataDir)
  const auth = createAuth(config)
  if (auth.mintToken === undefined)
    throw new ConfigError('AUTH_JWKS_URL is set: your identity provider makes the tokens.')
  const token = await auth.mintToken(request)
  await auth.verifyToken(token).catch((error: Error) => {
    throw new UsageError(error.message)
  })
  process.stdout.write(`${token}\n`)
}

main().catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  const usage = error instanceof ConfigError ? '' : `\n\n${USAGE}`
  process.stderr.write(`${message}${usage}\n`)
  process.exitCode = 1
})
