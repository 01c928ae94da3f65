import { count, sql } from 'drizzle-orm'
import { dataKeys } from '../schema/index.ts'
import type { Scopes } from '../scopes.ts'
import type { KeyProvider } from './provider.ts'

/** How many data keys an encryption key wraps. */
export interface KeyUsage {
  id: string
  dataKeys: number
}

/** The id of the encryption key that wraps a data key. */
export const wrappedBy = sql<string>`split_part(${dataKeys.wrapped}, '.', 2)`

/** Reads the whole table once, a few hundred milliseconds for a million people. */
export function readUsage(scopes: Pick<Scopes, 'withSystem'>): Promise<KeyUsage[]> {
  return scopes.withSystem(
    'encryption keys in use',
    (tx) => tx.select({ id: wrappedBy, dataKeys: count() }).from(dataKeys).groupBy(wrappedBy),
    { timeoutMs: 60_000 },
  )
}

/** What is in use and not there. */
export async function missingKeys(
  scopes: Pick<Scopes, 'withSystem'>,
  provider: KeyProvider,
): Promise<KeyUsage[]> {
  const used = await readUsage(scopes)
  const known = used.length === 0 ? [] : await provider.ids()
  return used.filter(({ id }) => !known.includes(id))
}
