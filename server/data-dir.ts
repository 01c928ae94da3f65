import { accessSync, constants, mkdirSync } from 'node:fs'
import { ConfigError } from './config.ts'

const REASONS: Record<string, string> = {
  EEXIST: 'it is a file',
  ENOTDIR: 'a part of its path is a file',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'its disk is read-only',
  ENOSPC: 'its disk is full',
}

/**
 * Makes the folder for what the hub keeps, for its user alone.
 *
 * @throws ConfigError that says why it cannot be used
 */
export function makeDataDir(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
    accessSync(path, constants.W_OK | constants.X_OK)
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown'
    throw new ConfigError(
      `The folder ${path} cannot be used: ${REASONS[code] ?? code}. Set DATA_DIR to a folder that this user may write to.`,
      { cause },
    )
  }
}
