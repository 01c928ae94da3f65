import { randomBytes } from 'node:crypto'
import { DatabaseError } from '../failure.ts'
import type { Log } from '../log.ts'
import type { Scopes } from '../scopes.ts'
import { encryptionKey, KEY_BYTES } from './encryption-key.ts'
import { keyFile } from './key-file.ts'
import { createLocalProvider, type KeyProvider } from './provider.ts'
import { missingKeys } from './usage.ts'

export interface KeyProviderOptions {
  scopes: Scopes
  dataDir: string
  log: Log
  /** Of ENCRYPTION_KEY, 32 bytes each: the first wraps. Absent: they are kept under `dataDir`. */
  encryptionKeys?: readonly Uint8Array[] | undefined
  /** The first of those under `dataDir`. Absent: a random one. */
  firstEncryptionKey?: Uint8Array | undefined
}

/**
 * The hub's encryption keys: those it was given, or else those of its own file, made where it has all that the
 * database needs: for one that has sealed nothing, or by the first key alone.
 */
export async function openKeyProvider(options: KeyProviderOptions): Promise<KeyProvider> {
  const { scopes, dataDir, log, encryptionKeys, firstEncryptionKey } = options
  if (encryptionKeys) {
    const keys = encryptionKeys.map(encryptionKey)
    return createLocalProvider('ENCRYPTION_KEY', async () => keys)
  }
  const file = keyFile(dataDir, log)
  const provider = createLocalProvider(file.path, file.read)
  if ((await provider.ids()).length === 0) {
    const first = encryptionKey(firstEncryptionKey ?? randomBytes(KEY_BYTES))
    const missing = await missingKeys(scopes, provider)
    if (missing.every(({ id }) => id === first.id)) await file.make(first)
  }
  return {
    ...provider,
    async renew(keep) {
      const keys = await file.read()
      const kept = keys.filter(({ id }) => keep(id))
      const dropped = keys.filter((key) => !kept.includes(key)).map(({ id }) => id)
      return { added: (await file.renew(kept)).id, dropped }
    },
  }
}

/**
 * The start stops when something stored is wrapped by a key that is not there: otherwise it would be found out
 * by people, one by one.
 *
 * @throws DatabaseError that names the keys
 */
export async function refuseMissingKeys(
  { scopes, dataDir, log }: KeyProviderOptions,
  provider: KeyProvider,
): Promise<void> {
  const missing = await missingKeys(scopes, provider)
  if (missing.length === 0) return
  const list = missing.map(({ id, dataKeys }) => `  - ${id}, which wraps ${dataKeys} of them`)
  const remedy =
    provider.source === 'ENCRYPTION_KEY'
      ? `Add it to ENCRYPTION_KEY, after the others and a comma. What the hub had of its own before it was set is in ${keyFile(dataDir, log).path}.`
      : `Bring ${provider.source} back from its copy, or start with the ENCRYPTION_KEY or the AUTH_SECRET of before.`
  throw new DatabaseError(
    `The hub does not start, since people's data keys in the database need an encryption key that is not in ${provider.source}:\n` +
      `${list.join('\n')}\n${remedy}\n` +
      'If it is lost for good, so is what it sealed; npm run keys -- forget ID says so to the database.',
  )
}
