import { randomBytes } from 'node:crypto'
import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasCode } from '../system-error.ts'

/**
 * The secret that signs tokens when none is configured: made once, kept where only the hub's user can
 * read it. Whoever comes first makes it, the hub or `npm run token`; both then use the same.
 */
export function localSecret(dataDir: string): string {
  const file = join(dataDir, 'auth-secret')
  const draft = `${file}.${process.pid}`
  writeFileSync(draft, randomBytes(32).toString('base64url'), { mode: 0o600 })
  try {
    // a link appears whole and never over one that is there
    linkSync(draft, file)
  } catch (error) {
    if (!hasCode(error, 'EEXIST')) throw error
  } finally {
    rmSync(draft)
  }
  const secret = readFileSync(file, 'utf8').trim()
  if (secret.length < 32)
    throw new Error(`${file} is damaged: remove it to get a new secret (old tokens end then)`)
  return secret
}
