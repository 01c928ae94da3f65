import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { SignJWT } from 'jose'
import { HubError } from '../errors.ts'
import { Meeting } from './meeting.ts'
import { type PlayPerson, playMeeting } from './play.ts'
import { account, createTeller } from './tell.ts'

export { type PlayOptions, type PlayReport, playMeeting } from './play.ts'

const USAGE = `npm run replay -- [FILE] [--speed N] [--room NAME] [--ask "QUESTION"]...

Plays a meeting into a live room, one connection a speaker, and prints what comes back.
FILE is JSON, { "turns": [{ "speaker", "text", "at_ms"? }] }, or .jsonl with one such meeting a line.
Without FILE it is the sample meeting that comes along.

  --speed N       times faster than speech (default 1)
  --room NAME     default: the meeting's id and the time
  --meeting ID    of a .jsonl: the meeting's id, or its number from 0 (default 0)
  --turns N       only the first N turns
  --ask QUESTION  asked after the last turn; may be given more than once
  --url URL       default http://localhost:$PORT (8080)
  --token TOKEN   a token for every connection; all turns are then said by its one user
  --secret SECRET signs a token a speaker; default AUTH_SECRET, or the one of the hub in DATA_DIR`

const SAMPLE = fileURLToPath(new URL('sample-meeting.json', import.meta.url))

/** An error that is the caller's to mend: printed without a stack. */
class Usage extends Error {}

async function main(args: string[]): Promise<number> {
  const { values, positionals } = options(args)
  if (values.help) {
    console.log(USAGE)
    return 0
  }
  const meeting = readMeeting(positionals[0] ?? SAMPLE, values.meeting)
  const speed = positive(values.speed, '--speed')
  const url = values.url ?? `http://localhost:${process.env.PORT || 8080}`
  const room = values.room ?? `${meeting.id ?? 'replay'} ${new Date().toISOString().slice(0, 19)}`
  await reach(url)

  const { token } = values
  const secret = token === undefined ? (values.secret ?? localSecret()) : ''
  const stop = new AbortController()
  process.once('SIGINT', () => stop.abort())
  console.log(`${meeting.title ?? meeting.id ?? 'A meeting'}: ${meeting.turns.length} turns`)
  console.log(`room "${room}" at ${url} (the page there shows it live), ${speed}x\n`)

  const teller = createTeller(console.log)
  const report = await playMeeting({
    ...{ url, room, meeting, speed, questions: values.ask ?? [], signal: stop.signal },
    tokenFor: (person) => token ?? sign(person, room, secret),
    ...(values.turns === undefined ? {} : { maxTurns: positive(values.turns, '--turns') }),
    onEvent: teller.event,
    onTurn: teller.turn,
  })
  console.log(`\n${account(report)}`)
  return report.inOrder && report.acked > 0 ? 0 : 1
}

function options(args: string[]) {
  const text = { type: 'string' } as const
  try {
    return parseArgs({
      args,
      allowPositionals: true,
      options: {
        ...{ room: text, meeting: text, turns: text, url: text, token: text, secret: text },
        speed: { type: 'string', default: '1' },
        ask: { type: 'string', multiple: true },
        help: { type: 'boolean', short: 'h' },
      },
    })
  } catch (error) {
    throw new Usage(`${error instanceof Error ? error.message : error}\n\n${USAGE}`)
  }
}

function positive(value: string, what: string): number {
  const number = Number(value)
  if (Number.isFinite(number) && number > 0) return number
  throw new Usage(`${what} must be a number above 0, not "${value}".`)
}

function readMeeting(file: string, which: string | undefined): Meeting {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch {
    throw new Usage(`Cannot read ${file}.`)
  }
  const parsed = Meeting.safeParse(
    file.endsWith('.jsonl') ? pick(text, which ?? '0', file) : json(text, file),
  )
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new Usage(`${file} is no meeting: ${issue?.path.join('.')} ${issue?.message}`)
}

function pick(text: string, which: string, file: string): unknown {
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const meetings = lines.map((line) => json(line, file) as { id?: unknown } | null)
  const found = meetings.find((one) => one?.id === which) ?? meetings[Number(which)]
  if (found) return found
  throw new Usage(
    `${file} has no meeting ${which}; it has ${meetings.map((one) => one?.id).join(', ')}.`,
  )
}

function json(text: string, file: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new Usage(`${file} is not JSON (one meeting a line belongs in a .jsonl).`)
  }
}

async function reach(url: string): Promise<void> {
  try {
    await fetch(new URL('/healthz', url))
  } catch {
    throw new Usage(`No hub answers at ${url}. Start it with npm start, or say --url.`)
  }
}

function localSecret(): string {
  if (process.env.AUTH_SECRET) return process.env.AUTH_SECRET
  const file = join(process.env.DATA_DIR || '.auralink', 'auth-secret')
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    throw new Usage(
      `No secret to sign with at ${file}. Run this where the hub runs, with its DATA_DIR, or say --secret or --token.`,
    )
  }
}

/** The user that `npm start` prints a sign-in link for: the played room is theirs, so the page shows it. */
const LOCAL_USER = 'local'

function sign({ id, name, rights }: PlayPerson, room: string, secret: string): Promise<string> {
  const jwt = new SignJWT({ name, rooms: { [room]: rights } })
    .setProtectedHeader({ alg: 'HS256' })
    .setSubject(rights.includes('moderate') ? LOCAL_USER : id)
    .setExpirationTime('8h')
  if (process.env.AUTH_ISSUER) jwt.setIssuer(process.env.AUTH_ISSUER)
  if (process.env.AUTH_AUDIENCE) jwt.setAudience(process.env.AUTH_AUDIENCE)
  return jwt.sign(new TextEncoder().encode(secret))
}

if (process.argv[1] && realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code
    },
    (error: unknown) => {
      const plain = error instanceof Usage || error instanceof HubError
      console.error(plain ? error.message : error)
      process.exitCode = 1
    },
  )
}
