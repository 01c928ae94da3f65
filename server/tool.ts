/** What the commands of `npm run` that need the database share: how it is opened and closed, and how errors are told. */
import pino from 'pino'
import { type Database, DatabaseError, isUnavailable, openDatabase, VaultError } from '#db'
import { type Config, ConfigError, readConfig } from './config.ts'
import { makeDataDir } from './data-dir.ts'
import { LockedError } from './lock.ts'
import { createLog } from './log.ts'

/** The command line is wrong: the usage is printed below its message. */
export class UsageError extends Error {}

/** The command cannot be done; its message says why, and what to do. */
export class ToolError extends Error {}

export interface ToolContext {
  db: Database
  config: Config
  /** A line of the answer, on stdout. */
  print(line: string): void
  /** A line about what goes on, on stderr. */
  note(line: string): void
}

/** Does the work, and returns the exit code. */
export type ToolRun = (context: ToolContext) => Promise<number>

/**
 * Runs a command on the database of the hub of this environment, whether that hub runs or not, and sets the
 * exit code of the process: 1 for every error.
 *
 * @param read makes the work to do of the command line; what it throws is an error of usage
 */
export async function runTool(usage: string, read: (args: string[]) => ToolRun): Promise<void> {
  const log = createLog('warn', pino.destination(2))
  const note = (line: string) => process.stderr.write(`${line}\n`)
  let work: ToolRun
  try {
    work = read(process.argv.slice(2))
  } catch (error) {
    note(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`)
    process.exitCode = 1
    return
  }
  try {
    const config = readConfig(process.env, process.cwd())
    const { dataDir, databaseUrl, encryptionKeys, firstEncryptionKey } = config
    makeDataDir(dataDir)
    const db = await openDatabase({
      ...{ dataDir, encryptionKeys, firstEncryptionKey, log, attach: true },
      ...(databaseUrl === undefined ? {} : { url: databaseUrl }),
    })
    try {
      const print = (line: string) => process.stdout.write(`${line}\n`)
      process.exitCode = await work({ db, config, print, note })
    } finally {
      await db.close()
    }
  } catch (error) {
    process.exitCode = 1
    if (isTold(error)) note(error.message)
    else if (isUnavailable(error)) note('The database went away. Nothing is half done; try again.')
    else log.fatal({ err: error }, 'the command failed')
  }
}

/** Says what to do about it, so its stack would only hide the message. */
function isTold(error: unknown): error is Error {
  return [ConfigError, DatabaseError, LockedError, ToolError, VaultError].some(
    (type) => error instanceof type,
  )
}
