import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { catalogue } from '#db'
import { OPERATOR } from '#protocol'
import { runTool, ToolError, type ToolRun, UsageError } from './tool.ts'

const USAGE = `npm run catalogue -- [FILE] [--apply]

Compares a catalogue of models with the one in the database and prints what is added, changed (old -> new),
retired and missing. Nothing is deleted, and facts of a later day stay.
  FILE      a JSON array of models, as db/seed/llm-models.json is; without it, that one
  --apply   writes it, and keeps the history of prices`

function read(args: string[]): ToolRun {
  const { values, positionals } = parseArgs({
    args,
    options: { apply: { type: 'boolean', default: false } },
    allowPositionals: true,
  })
  const [file, ...more] = positionals
  if (more.length > 0) throw new UsageError('one FILE at a time')

  return async ({ db, print, note }) => {
    const wanted = file === undefined ? catalogue.packagedCatalogue() : await readModels(file)
    const options = { today: catalogue.dayOf(Date.now()), sameDay: true }
    const difference = await db.withSystem('catalogue', async (tx) => {
      if (!values.apply) return catalogue.compareCatalogue(tx, wanted, options)
      const written = await catalogue.writeCatalogue(tx, wanted, options)
      if (catalogue.isEmpty(written)) return written
      const { added, changed, confirmed } = written
      const details = { added: added.length, changed: changed.length, confirmed: confirmed.length }
      await db.audit(tx, { owner: OPERATOR, action: 'catalogue.applied', by: 'system', details })
      return written
    })
    print(catalogue.describe(difference))
    const nothing = catalogue.isEmpty(difference)
    if (!nothing) note(values.apply ? 'Written.' : 'Nothing is written: --apply does that.')
    return 0
  }
}

async function readModels(file: string): Promise<catalogue.CatalogueEntry[]> {
  try {
    return catalogue.readCatalogue(await readFile(file, 'utf8'), file)
  } catch (error) {
    if (error instanceof catalogue.CatalogueError) throw new ToolError(error.message)
    throw new ToolError(`${file} cannot be read: ${error instanceof Error ? error.message : error}`)
  }
}

await runTool(USAGE, read)
