import { and, asc, eq, gt, ne, sql } from 'drizzle-orm'
import { OPERATOR } from '#protocol'
import type { Audit } from '../audit/index.ts'
import type { Tx } from '../connection/transaction.ts'
import { DatabaseError } from '../failure.ts'
import { dataKeys } from '../schema/index.ts'
import type { Scopes } from '../scopes.ts'
import { VaultError } from './failure.ts'
import { holdKeys, shareKeys } from './lock.ts'
import type { KeyProvider } from './provider.ts'
import { type KeyUsage, readUsage, wrappedBy } from './usage.ts'
import { placeOfKey } from './vault.ts'

export interface KeyUse extends KeyUsage {
  /** `newest` wraps new data keys, `missing` is in use and not there. */
  state: 'newest' | 'older' | 'missing'
}

export interface Rotation {
  newest: string
  /** Whether a new key was made: not where they are set elsewhere, nor when a rotation that was cut off
   *  has been finished instead. */
  added: boolean
  /** Keys that wrapped nothing any more and are forgotten. */
  dropped: readonly string[]
  rewrapped: number
  /** Data keys that could not be opened and stay as they are. */
  failed: number
}

/** What `npm run keys` does with the encryption keys. */
export interface Keys {
  /** Where they come from. */
  readonly source: string
  list(): Promise<KeyUse[]>
  /**
   * Wraps every data key with the newest encryption key; where the hub keeps its own, a new one is made first.
   * May be killed and started again, and run beside a hub and beside another rotation.
   */
  rotate(onProgress?: (done: number, total: number) => void): Promise<Rotation>
  /**
   * Deletes the data keys that a lost encryption key wraps.
   *
   * @returns how many
   * @throws DatabaseError when the key is not lost
   */
  forget(id: string): Promise<number>
}

const BATCH = 500
const timeoutMs = 60_000

export interface KeysDeps {
  scopes: Pick<Scopes, 'withSystem'>
  provider: KeyProvider
  audit: Audit
}

export function createKeys({ scopes, provider, audit }: KeysDeps): Keys {
  async function newestOf() {
    const [newest] = await provider.ids()
    if (newest === undefined) throw new DatabaseError(`There is no key in ${provider.source}.`)
    return newest
  }

  /** Goes through the data keys in the order of their ids, some in each transaction. */
  async function rewrapAll(onProgress: (done: number, total: number) => void) {
    const newest = await newestOf()
    const old = (await readUsage(scopes)).filter(({ id }) => id !== newest)
    const total = old.reduce((sum, { dataKeys }) => sum + dataKeys, 0)
    const sum = { rewrapped: 0, failed: 0 }
    for (let last: string | undefined; ; ) {
      const batch = await scopes.withSystem('rewrap', (tx) => rewrap(tx, last), { timeoutMs })
      if (batch === undefined) return sum
      last = batch.last
      sum.rewrapped += batch.rewrapped
      sum.failed += batch.failed
      onProgress(sum.rewrapped + sum.failed, Math.max(total, sum.rewrapped + sum.failed))
    }
  }

  async function rewrap(tx: Tx, after: string | undefined) {
    await shareKeys(tx)
    const rows = await tx
      .select()
      .from(dataKeys)
      .where(and(ne(wrappedBy, await newestOf()), after ? gt(dataKeys.id, after) : undefined))
      .orderBy(asc(dataKeys.id))
      .limit(BATCH)
      .for('update')
    const last = rows.at(-1)?.id
    if (last === undefined) return undefined
    const fresh = (await Promise.all(rows.map(rewrapOne))).flatMap((row) => row ?? [])
    await tx.execute(sql`
      update data_keys set wrapped = fresh.wrapped
        from jsonb_to_recordset(${JSON.stringify(fresh)}::jsonb) as fresh (id uuid, wrapped text)
       where data_keys.id = fresh.id`)
    return { last, rewrapped: fresh.length, failed: rows.length - fresh.length }
  }

  async function rewrapOne({ id, userId, wrapped }: typeof dataKeys.$inferSelect) {
    const place = placeOfKey(id, userId)
    try {
      return { id, wrapped: await provider.wrap(place, await provider.unwrap(place, wrapped)) }
    } catch (error) {
      if (error instanceof VaultError) return undefined
      throw error
    }
  }

  /** Forgets what earlier rotations left over; what is the newest until now stays for copies of the database. */
  async function renew(make: NonNullable<KeyProvider['renew']>) {
    const newest = await newestOf()
    return scopes.withSystem(
      'renew encryption keys',
      async (tx) => {
        await holdKeys(tx)
        const rows = await tx.selectDistinct({ id: wrappedBy }).from(dataKeys)
        const used = new Set(rows.map(({ id }) => id))
        return make((id) => id === newest || used.has(id))
      },
      { timeoutMs },
    )
  }

  /** Without its details where the operator's own data key is among those that do not open. */
  async function record(
    tx: Tx,
    action: 'keys.rotated' | 'keys.forgotten',
    details: Record<string, unknown>,
  ) {
    const entry = { owner: OPERATOR, by: 'system', action } as const
    try {
      await audit(tx, { ...entry, details })
    } catch (error) {
      if (!(error instanceof VaultError)) throw error
      await audit(tx, entry)
    }
  }

  return {
    source: provider.source,
    async list() {
      const [ids, used] = [await provider.ids(), await readUsage(scopes)]
      const known = ids.map((id, index) => ({
        id,
        state: index === 0 ? ('newest' as const) : ('older' as const),
        dataKeys: used.find((one) => one.id === id)?.dataKeys ?? 0,
      }))
      const missing = used.filter(({ id }) => !ids.includes(id))
      return [...known, ...missing.map((one) => ({ ...one, state: 'missing' as const }))]
    },
    async rotate(onProgress = () => {}) {
      const { renew: make } = provider
      const cut = await rewrapAll(onProgress)
      const fresh = make && cut.rewrapped === 0 ? await renew(make) : undefined
      const sum = fresh ? await rewrapAll(onProgress) : cut
      const rotation = {
        newest: await newestOf(),
        added: fresh !== undefined,
        dropped: fresh?.dropped ?? [],
        ...sum,
      }
      await scopes.withSystem('keys rotated', (tx) => record(tx, 'keys.rotated', { ...rotation }))
      return rotation
    },
    async forget(id) {
      if ((await provider.ids()).includes(id))
        throw new DatabaseError(`The key ${id} is not lost: it is in ${provider.source}.`)
      return scopes.withSystem(
        'forget a lost encryption key',
        async (tx) => {
          const gone = await tx
            .delete(dataKeys)
            .where(eq(wrappedBy, id))
            .returning({ id: dataKeys.id })
          if (gone.length > 0) await record(tx, 'keys.forgotten', { id, data_keys: gone.length })
          return gone.length
        },
        { timeoutMs },
      )
    },
  }
}
