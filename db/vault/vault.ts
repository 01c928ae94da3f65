import { createSecretKey, randomBytes, randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { dataKeys } from '../schema/index.ts'
import { KEY_BYTES } from './encryption-key.ts'
import { kidOf, seal, unseal } from './envelope.ts'
import { VaultError } from './failure.ts'
import { shareKeys } from './lock.ts'
import type { Place } from './place.ts'
import type { KeyProvider } from './provider.ts'
import { Secret } from './secret.ts'

export interface Vault {
  /**
   * Seals text for its place, with the data key of the person whose it is; makes that key when there is none.
   * The key is committed with `tx`, so what is sealed must be kept in `tx` as well.
   *
   * @throws RangeError when the text has half a surrogate pair, which would not come back
   * @throws VaultError `unknown_key` or `damaged` when the person's key does not open
   */
  seal(tx: Tx, place: Place, plain: string): Promise<string>
  /** @throws VaultError with the code that says why it does not open */
  open(tx: Tx, place: Place, sealed: string): Promise<Secret>
  /**
   * Deletes the person's data key: nothing that was sealed for them opens again. Within `withSystem` only.
   *
   * @returns false when there was none
   */
  shred(tx: Tx, userId: string): Promise<boolean>
}

/** Where a person's wrapped data key is. */
export const placeOfKey = (id: string, userId: string): Place => ({
  table: 'data_keys',
  column: 'wrapped',
  row: id,
  userId,
})

export function createVault(provider: KeyProvider, clock: () => number): Vault {
  async function keyOf(userId: string, stored: StoredKey) {
    const place = placeOfKey(stored.id, userId)
    return { id: stored.id, key: createSecretKey(await provider.unwrap(place, stored.wrapped)) }
  }

  async function makeKey(tx: Tx, userId: string): Promise<StoredKey> {
    await shareKeys(tx)
    const id = randomUUID()
    const wrapped = await provider.wrap(placeOfKey(id, userId), randomBytes(KEY_BYTES))
    const stored = await ask(
      tx,
      sql`select keep_data_key(${userId}, ${id}, ${wrapped}, ${clock()}) as stored`,
    )
    if (!stored) throw new Error('a data key was not kept')
    return stored
  }

  return {
    async seal(tx, place, plain) {
      if (!plain.isWellFormed()) throw new RangeError('half a surrogate pair cannot be sealed')
      const stored = (await find(tx, place.userId)) ?? (await makeKey(tx, place.userId))
      const { id, key } = await keyOf(place.userId, stored)
      return seal(key, id, place, Buffer.from(plain))
    },
    async open(tx, place, sealed) {
      const kid = kidOf(place, sealed)
      const stored = await find(tx, place.userId)
      // the key of a person who came back after an erasure is another one
      if (stored?.id !== kid) {
        const { table, column } = place
        throw new VaultError('shredded', `The key of what is sealed in ${table}.${column} is gone.`)
      }
      const { key } = await keyOf(place.userId, stored)
      return new Secret(unseal(key, place, sealed).toString())
    },
    async shred(tx, userId) {
      const gone = await tx
        .delete(dataKeys)
        .where(sql`${dataKeys.userId} = ${userId}`)
        .returning({ id: dataKeys.id })
      return gone.length > 0
    },
  }
}

interface StoredKey {
  id: string
  wrapped: string
}

const find = (tx: Tx, userId: string) => ask(tx, sql`select data_key(${userId}) as stored`)

async function ask(tx: Tx, query: ReturnType<typeof sql>): Promise<StoredKey | undefined> {
  const [row] = await tx.execute<{ stored: string | null }>(query)
  const [id, wrapped] = row?.stored?.split(' ') ?? []
  return id === undefined || wrapped === undefined ? undefined : { id, wrapped }
}
