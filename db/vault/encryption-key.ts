import { createHash, createSecretKey, type KeyObject } from 'node:crypto'

/** A key that wraps people's data keys. Node's KeyObject shows its bytes to nobody who does not ask for them. */
export interface EncryptionKey {
  /** The first 8 bytes of the key's SHA-256, in hex. */
  readonly id: string
  readonly key: KeyObject
}

export const KEY_BYTES = 32

export function encryptionKey(bytes: Uint8Array): EncryptionKey {
  if (bytes.length !== KEY_BYTES) throw new RangeError(`an encryption key has ${KEY_BYTES} bytes`)
  const id = createHash('sha256').update(bytes).digest('hex').slice(0, 16)
  return { id, key: createSecretKey(bytes) }
}
