export type VaultErrorCode =
  /** The encryption key that wraps the person's data key is not among those that the hub has. */
  | 'unknown_key'
  /** It is not what the vault sealed, or not for this place. */
  | 'damaged'
  /** The person's data key is gone, and with it all that it sealed. */
  | 'shredded'

/** Sealed text does not open. Says where it was found, never whose it is or what it holds. */
export class VaultError extends Error {
  override readonly name = 'VaultError'
  readonly code: VaultErrorCode

  constructor(code: VaultErrorCode, message: string) {
    super(message)
    this.code = code
  }
}
