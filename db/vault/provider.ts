import type { EncryptionKey } from './encryption-key.ts'
import { kidOf, seal, unseal } from './envelope.ts'
import { VaultError } from './failure.ts'
import type { Place } from './place.ts'

/** Who wraps data keys. A key management service would be another one. */
export interface KeyProvider {
  /** Where its keys come from, for messages. */
  readonly source: string
  /** Ids of the keys that it can unwrap with; the first one wraps. */
  ids(): Promise<readonly string[]>
  /** Wraps with the newest key. Whoever keeps the result holds `shareKeys` until it is committed. */
  wrap(place: Place, dataKey: Uint8Array): Promise<string>
  /** @throws VaultError `unknown_key` or `damaged` */
  unwrap(place: Place, wrapped: string): Promise<Uint8Array>
  /** Makes a new key the first one and forgets the others that are not in `keep`. Absent: its keys are set elsewhere. */
  renew?(keep: (id: string) => boolean): Promise<{ added: string; dropped: readonly string[] }>
}

/** Wraps in this process, with keys that `load` gives, the newest first; asked again when a key is unknown. */
export function createLocalProvider(
  source: string,
  load: () => Promise<readonly EncryptionKey[]>,
): KeyProvider {
  let known: readonly EncryptionKey[] = []
  const reload = async () => {
    known = await load()
    return known
  }
  const find = (id: string) => known.find((one) => one.id === id)

  return {
    source,
    async ids() {
      return (await reload()).map(({ id }) => id)
    },
    async wrap(place, dataKey) {
      // always asked again: another process may have made a newer one
      const [newest] = await reload()
      if (!newest) throw new VaultError('unknown_key', `There is no encryption key in ${source}.`)
      return seal(newest.key, newest.id, place, dataKey)
    },
    async unwrap(place, wrapped) {
      const id = kidOf(place, wrapped)
      if (!find(id)) await reload()
      const found = find(id)
      if (!found)
        throw new VaultError('unknown_key', `The encryption key ${id} is not in ${source}.`)
      return unseal(found.key, place, wrapped)
    },
  }
}
