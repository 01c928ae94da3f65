/**
 * What a fresh database begins with: providers, the catalogue of models, MCP servers. May import the schema.
 * `llm-models.json` holds one model a line, sorted, each with its source and the day whose facts they are (`asOf`):
 * who corrects a model gives it a later day, or hubs that have it keep what they have.
 */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { OPERATOR } from '#protocol'
import type { Audit } from '../audit/index.ts'
import type { Log } from '../log.ts'
import type { Scopes } from '../scopes.ts'
import { type CatalogueEntry, readCatalogue } from './catalogue.ts'
import { isEmpty } from './compare.ts'
import { markRetired, writeCatalogue, writeServers } from './write.ts'

export { type CatalogueEntry, CatalogueError, readCatalogue } from './catalogue.ts'
export { type Difference, describe, isEmpty } from './compare.ts'
export { compareCatalogue, writeCatalogue } from './write.ts'

type Db = Pick<Scopes, 'withSystem'> & { audit: Audit }

interface SeedOptions {
  log: Log
  /** Epoch milliseconds. */
  clock: () => number
  /** Default: the packaged one. */
  catalogue?: readonly CatalogueEntry[]
}

const APPLIED = { owner: OPERATOR, action: 'catalogue.applied', by: 'system' } as const

/**
 * Brings the database's seed data to what this version of the product holds; any number of hubs may do so at
 * once. What the database has of the same day or a later one stays as it is.
 */
export async function seed(db: Db, options: SeedOptions): Promise<void> {
  const { log, clock, catalogue = packagedCatalogue() } = options
  const today = dayOf(clock())
  const written = await db.withSystem('seed', async (tx) => {
    await writeServers(tx, clock())
    const difference = await writeCatalogue(tx, catalogue, { today, sameDay: false })
    const retired = await markRetired(tx, today)
    if (!isEmpty(difference) || retired > 0) await db.audit(tx, APPLIED)
    return { difference, retired }
  })
  const { difference, retired } = written
  if (isEmpty(difference) && retired === 0) return
  const { added, changed, confirmed } = difference
  log.info(
    { added: added.length, changed: changed.length, confirmed: confirmed.length, retired },
    'the catalogue of models was brought up to date',
  )
}

/** Marks the models whose end has come by `now` (epoch ms) as retired; says how many those were. */
export function retireModels(db: Db, now: number): Promise<number> {
  return db.withSystem('models', async (tx) => {
    const retired = await markRetired(tx, dayOf(now))
    if (retired > 0) await db.audit(tx, { ...APPLIED, details: { retired } })
    return retired
  })
}

/** The catalogue that comes with the product. */
export function packagedCatalogue(): CatalogueEntry[] {
  const file = fileURLToPath(new URL('llm-models.json', import.meta.url))
  return readCatalogue(readFileSync(file, 'utf8'), file)
}

/** The day of a moment, `YYYY-MM-DD` in UTC. */
export const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10)
