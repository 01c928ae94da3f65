import { isDeepStrictEqual } from 'node:util'
import { and, desc, eq, getTableColumns, isNotNull, lte, ne, sql } from 'drizzle-orm'
import type { Tx } from '../connection/transaction.ts'
import { llmModelPrices, llmModels, llmProviders, mcpServers } from '../schema/index.ts'
import { type CatalogueEntry, nameOf, providers } from './catalogue.ts'
import { type CompareOptions, compare, type Difference } from './compare.ts'
import { mcpServers as knownServers } from './mcp-servers.ts'

/** Any number that no other user of the database takes for an advisory lock. */
const LOCK = 0x41_75_72_63

/** Compares a catalogue with the database and writes what is new or newer; says what it has written. */
export async function writeCatalogue(
  tx: Tx,
  wanted: readonly CatalogueEntry[],
  options: CompareOptions,
): Promise<Difference> {
  // hubs that start at once seed one after the other, and the second finds nothing to do
  await tx.execute(sql`select pg_advisory_xact_lock(${LOCK})`)
  const difference = await compareCatalogue(tx, wanted, options)
  await writeProviders(tx)
  await insertModels(tx, difference.added)
  for (const { entry } of difference.changed) await updateModel(tx, entry)
  for (const entry of difference.confirmed) await updateModel(tx, entry)
  return difference
}

/** What {@link writeCatalogue} would write. */
export async function compareCatalogue(
  tx: Tx,
  wanted: readonly CatalogueEntry[],
  options: CompareOptions,
): Promise<Difference> {
  return compare(await readModels(tx), wanted, options)
}

async function writeProviders(tx: Tx): Promise<void> {
  await tx
    .insert(llmProviders)
    .values([...providers])
    .onConflictDoUpdate({
      target: llmProviders.id,
      set: { name: sql`excluded.name` },
      setWhere: sql`${llmProviders.name} <> excluded.name`,
    })
}

/** The MCP servers are the product's own: what it says of them now is how they are. */
export async function writeServers(tx: Tx, now: number): Promise<void> {
  await tx
    .insert(mcpServers)
    .values(
      knownServers.map((server) => ({
        ...server,
        operations: [...server.operations],
        createdAt: now,
      })),
    )
    .onConflictDoUpdate({
      target: mcpServers.serverType,
      set: {
        name: sql`excluded.name`,
        description: sql`excluded.description`,
        transport: sql`excluded.transport`,
        url: sql`excluded.url`,
        operations: sql`excluded.operations`,
        needsCredentials: sql`excluded.needs_credentials`,
      },
      setWhere: sql`(mcp_servers.name, mcp_servers.description, mcp_servers.transport, mcp_servers.url,
        mcp_servers.operations, mcp_servers.needs_credentials) is distinct from (excluded.name,
        excluded.description, excluded.transport, excluded.url, excluded.operations,
        excluded.needs_credentials)`,
    })
}

/** Marks the models whose end has come by `today` (`YYYY-MM-DD`, UTC) as retired; says how many those were. */
export async function markRetired(tx: Tx, today: string): Promise<number> {
  const retired = await tx
    .update(llmModels)
    .set({ status: 'retired' })
    .where(
      and(
        isNotNull(llmModels.retiresOn),
        lte(llmModels.retiresOn, today),
        ne(llmModels.status, 'retired'),
      ),
    )
    .returning({ id: llmModels.id })
  return retired.length
}

async function readModels(tx: Tx): Promise<CatalogueEntry[]> {
  const { id: _, providerId, ...facts } = getTableColumns(llmModels)
  const rows = await tx
    .select({ ...facts, provider: providerId })
    .from(llmModels)
    .orderBy(llmModels.providerId, llmModels.modelName)
  // only what a catalogue said is in the table
  return rows as CatalogueEntry[]
}

async function insertModels(tx: Tx, entries: readonly CatalogueEntry[]): Promise<void> {
  if (entries.length === 0) return
  const made = await tx
    .insert(llmModels)
    .values(entries.map(({ provider, ...facts }) => ({ ...facts, providerId: provider })))
    .returning({ id: llmModels.id, provider: llmModels.providerId, modelName: llmModels.modelName })
  const ids = new Map(made.map((model) => [nameOf(model), model.id]))
  await tx.insert(llmModelPrices).values(
    entries.map((entry) => {
      const modelId = ids.get(nameOf(entry)) ?? ''
      return { modelId, validFrom: entry.asOf, source: entry.source, ...priceOf(entry) }
    }),
  )
}

async function updateModel(tx: Tx, entry: CatalogueEntry): Promise<void> {
  const { provider, modelName, ...facts } = entry
  const [model] = await tx
    .update(llmModels)
    .set(facts)
    .where(and(eq(llmModels.providerId, provider), eq(llmModels.modelName, modelName)))
    .returning({ id: llmModels.id })
  if (model) await keepPrice(tx, model.id, entry)
}

/** A row where the price is another than the one before; of the same day, the row is corrected. */
async function keepPrice(tx: Tx, modelId: string, entry: CatalogueEntry): Promise<void> {
  const { modelId: ofModel, validFrom, source: _, ...columns } = getTableColumns(llmModelPrices)
  const [last] = await tx
    .select(columns)
    .from(llmModelPrices)
    .where(eq(ofModel, modelId))
    .orderBy(desc(validFrom))
    .limit(1)
  const price = priceOf(entry)
  if (isDeepStrictEqual(last, price)) return
  const row = { source: entry.source, ...price }
  await tx
    .insert(llmModelPrices)
    .values({ modelId, validFrom: entry.asOf, ...row })
    .onConflictDoUpdate({ target: [ofModel, validFrom], set: row })
}

const priceOf = (entry: CatalogueEntry) => ({
  inputUsdPerMtok: entry.inputUsdPerMtok,
  outputUsdPerMtok: entry.outputUsdPerMtok,
  cacheReadUsdPerMtok: entry.cacheReadUsdPerMtok,
  cacheWriteUsdPerMtok: entry.cacheWriteUsdPerMtok,
  batchInputUsdPerMtok: entry.batchInputUsdPerMtok,
  batchOutputUsdPerMtok: entry.batchOutputUsdPerMtok,
  longContextTiers: entry.longContextTiers,
})
