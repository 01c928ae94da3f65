/**
 * The generated parts of schema.md, read from the catalogue of a migrated database. `npm run docs` writes them,
 * and a test fails while the page says something else. Used by that test alone.
 */
import type { Scopes } from '../scopes.ts'
import { drawDiagrams } from './diagrams.ts'
import { readColumns, readForeignKeys, readFunctions, readRights } from './read.ts'
import { functionTable, rightsTable } from './rights.ts'

/** The page with its generated parts as this database has them; what is written by hand stays. */
export async function fillPage(page: string, db: Pick<Scopes, 'withSystem'>): Promise<string> {
  const parts = await db.withSystem('docs', async (tx) => ({
    diagrams: drawDiagrams(await readColumns(tx), await readForeignKeys(tx)),
    rights: rightsTable(await readRights(tx)),
    functions: functionTable(await readFunctions(tx)),
  }))
  let filled = page
  for (const [name, text] of Object.entries(parts)) filled = fill(filled, name, text)
  return filled
}

function fill(page: string, name: string, text: string): string {
  const begin = `<!-- generated: ${name} -->`
  const end = '<!-- end -->'
  const from = page.indexOf(begin)
  const to = page.indexOf(end, from)
  if (from < 0 || to < 0) throw new Error(`the page has no place for ${name}`)
  return `${page.slice(0, from)}${begin}\n\n${text}\n\n${page.slice(to)}`
}
