/**
 * The vault: what people entrust to the hub is sealed with a key of their own (AES-256-GCM), and that key is wrapped
 * by an encryption key that is not in the database. Deleting a person's key shreds all that was sealed for them.
 * May touch the table `data_keys` and the key file under DATA_DIR; knows nothing of what it seals.
 */
export { VaultError, type VaultErrorCode } from './failure.ts'
export { createKeys, type Keys, type KeyUse, type Rotation } from './keys.ts'
export { openKeyProvider, refuseMissingKeys } from './open.ts'
export type { Place } from './place.ts'
export { Secret } from './secret.ts'
export { createVault, type Vault } from './vault.ts'
