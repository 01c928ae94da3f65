import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { beforeEach, describe, expect, test } from 'vitest'
import { catalogue } from '#db'
import { query, quiet, useDatabase } from '../support/postgres.ts'

const { compareCatalogue, packagedCatalogue, readCatalogue, seed, writeCatalogue } = catalogue
type Entry = catalogue.CatalogueEntry

const database = useDatabase()
const ask = (text: string, values?: unknown[]) => query(database.adminUrl, text, values)

const NOW = Date.UTC(2026, 10, 23, 12)
const TODAY = '2026-11-23'

const seeded = (options: Partial<Parameters<typeof seed>[1]> = {}) =>
  seed(database.db, { log: quiet, clock: () => NOW, ...options })

const [first] = packagedCatalogue()
/** A model with little to say about it. */
function model(modelName: string, changes: Partial<Entry> = {}): Entry {
  if (first === undefined) throw new Error('the packaged catalogue is empty')
  return {
    ...first,
    ...{ provider: 'openai', modelName, displayName: modelName, status: 'active', aliases: [] },
    ...{ retiresOn: null, inputUsdPerMtok: 2, outputUsdPerMtok: 10, source: 'test' },
    asOf: '2026-11-01',
    ...changes,
  }
}

const write = (entries: Entry[], { sameDay = true, today = TODAY } = {}) =>
  database.db.withSystem('test', (tx) => writeCatalogue(tx, entries, { sameDay, today }))

const prices = (modelName: string) =>
  ask(
    `select valid_from::text as from, price.input_usd_per_mtok as input
       from llm_model_prices price join llm_models on id = model_id
      where model_name = $1 order by 1`,
    [modelName],
  )

const empty = () => ask('truncate llm_models, llm_providers, mcp_servers cascade')

describe('at the start of a hub', () => {
  beforeEach(empty)

  test('the packaged catalogue is complete, and twice is once', async () => {
    await seeded()
    const rows = async () => ({
      models: await ask('select * from llm_models order by id'),
      prices: await ask('select * from llm_model_prices order by model_id'),
      providers: await ask('select * from llm_providers order by id'),
      servers: await ask('select * from mcp_servers order by server_type'),
    })
    const once = await rows()
    expect(once.models).toHaveLength(69)
    expect(once.prices).toHaveLength(69)
    expect(once.providers.map(({ id }) => id)).toEqual(['anthropic', 'google', 'meta', 'openai'])
    expect(once.servers.map(({ server_type }) => server_type)).toEqual([
      'deepwiki',
      'memory',
      'sequential-thinking',
      'supabase',
    ])
    await seeded({ clock: () => NOW + 1_000 })
    expect(await rows()).toEqual(once)
  })

  test('the packaged file is one model a line, sorted, so that a change of it can be reviewed', () => {
    const names = packagedCatalogue().map((entry) => `${entry.provider}/${entry.modelName}`)
    expect(names).toEqual([...names].sort())
  })

  test('two hubs seed at once', async () => {
    await Promise.all([seeded(), seeded(), seeded()])
    const [count] = await ask('select count(*)::int as models from llm_models')
    expect(count).toEqual({ models: 69 })
  })

  test('what the product says of a server anew replaces what was there, its id stays', async () => {
    await seeded()
    const [before] = await ask(`select * from mcp_servers where server_type = 'deepwiki'`)
    await ask(`update mcp_servers set operations = '{}' where server_type = 'deepwiki'`)
    await seeded()
    expect(await ask(`select * from mcp_servers where server_type = 'deepwiki'`)).toEqual([before])
  })

  test('facts that somebody applied stay, until the product has later ones', async () => {
    await seeded({ catalogue: [model('gpt-x')] })
    await write([model('gpt-x', { inputUsdPerMtok: 3 })])
    await seeded({ catalogue: [model('gpt-x')] })
    expect(await prices('gpt-x')).toEqual([{ from: '2026-11-01', input: 3 }])
    await seeded({ catalogue: [model('gpt-x', { asOf: '2026-11-02' })] })
    expect(await prices('gpt-x')).toEqual([
      { from: '2026-11-01', input: 3 },
      { from: '2026-11-02', input: 2 },
    ])
  })

  test('a model whose end has come is retired, whatever its catalogue said before that day', async () => {
    const ending = model('gpt-x', { retiresOn: '2026-11-30' })
    const status = async () => {
      const [row] = await ask('select status from llm_models')
      return row?.status
    }
    await seeded({ catalogue: [ending] })
    expect(await status()).toBe('deprecated')
    await seeded({ catalogue: [ending], clock: () => Date.UTC(2026, 10, 30) - 1 })
    expect(await status()).toBe('deprecated')
    await seeded({ catalogue: [ending], clock: () => Date.UTC(2026, 10, 30) })
    expect(await status()).toBe('retired')
    await seeded({ catalogue: [ending], clock: () => Date.UTC(2026, 10, 30) })
    expect(await status()).toBe('retired')
  })
})

describe('a newer catalogue', () => {
  // also where no hub has started yet
  beforeEach(async () => {
    await empty()
    await write([model('gpt-x'), model('gpt-y'), model('gpt-z')])
  })

  test('older facts do not replace newer ones', async () => {
    const older = model('gpt-x', { asOf: '2026-10-31', inputUsdPerMtok: 1 })
    const difference = await write([older])
    expect(difference.older).toEqual([
      { name: 'openai/gpt-x', asOf: '2026-10-31', have: '2026-11-01' },
    ])
    expect(await prices('gpt-x')).toEqual([{ from: '2026-11-01', input: 2 }])
  })

  test('a price that changes keeps its history, and one of the same day is corrected', async () => {
    await write([model('gpt-x', { asOf: '2026-11-10', inputUsdPerMtok: 1.5 })])
    await write([model('gpt-x', { asOf: '2026-11-10', inputUsdPerMtok: 1.25 })])
    await write([model('gpt-x', { asOf: '2026-11-20', inputUsdPerMtok: 1.25, family: 'x' })])
    expect(await prices('gpt-x')).toEqual([
      { from: '2026-11-01', input: 2 },
      { from: '2026-11-10', input: 1.25 },
    ])
    const [now] = await ask(
      `select input_usd_per_mtok as input, family, as_of::text from llm_models
        where model_name = 'gpt-x'`,
    )
    expect(now).toEqual({ input: 1.25, family: 'x', as_of: '2026-11-20' })
  })

  test('what people prefer outlives a change', async () => {
    await ask(`insert into user_llm_preferences (user_id, task_type, model_id, created_at, updated_at)
      select 'ana', 'chat', id, 1, 1 from llm_models where model_name = 'gpt-x'`)
    const before = await ask('select * from user_llm_preferences')
    await write([model('gpt-x', { asOf: '2026-11-20', status: 'retired', inputUsdPerMtok: 9 })])
    expect(await ask('select * from user_llm_preferences')).toEqual(before)
    expect(before).toHaveLength(1)
  })

  test('is told as a text to review, and a model that it lacks is never deleted', async () => {
    const wanted = [
      model('gpt-new', { asOf: '2026-11-20' }),
      model('gpt-x', {
        ...{ asOf: '2026-11-20', inputUsdPerMtok: 1.5, aliases: ['x'] },
        longContextTiers: [{ aboveTokens: 200_000, inputUsdPerMtok: 3, outputUsdPerMtok: 12 }],
      }),
      model('gpt-y', { asOf: '2026-11-20', retiresOn: '2026-11-15' }),
    ]
    const compared = await database.db.withSystem('test', (tx) =>
      compareCatalogue(tx, wanted, { today: TODAY, sameDay: true }),
    )
    expect(catalogue.describe(compared)).toBe(
      [
        'added (prices in USD for a million tokens)',
        '  openai/gpt-new: active, 2 in, 10 out',
        '',
        'changed',
        '  openai/gpt-x',
        '    aliases: [] -> ["x"]',
        '    inputUsdPerMtok: 2 -> 1.5',
        '    longContextTiers: [] -> [{"aboveTokens":200000,"inputUsdPerMtok":3,"outputUsdPerMtok":12}]',
        '  openai/gpt-y',
        '    status: "active" -> "retired"',
        '    retiresOn: null -> "2026-11-15"',
        '',
        'retired',
        '  openai/gpt-y since 2026-11-15',
        '',
        'missing',
        '  openai/gpt-z: not in the file; stays as it is',
        '',
        '1 added, 2 changed, 1 of them retired, 0 confirmed, 0 the same, 1 missing, 0 older',
      ].join('\n'),
    )
    expect(await write(wanted)).toEqual(compared)
    const names = await ask('select model_name as name, status from llm_models order by 1')
    expect(names).toEqual([
      { name: 'gpt-new', status: 'active' },
      { name: 'gpt-x', status: 'active' },
      { name: 'gpt-y', status: 'retired' },
      { name: 'gpt-z', status: 'active' },
    ])
    const again = await write(wanted)
    expect(again).toMatchObject({ added: [], changed: [], confirmed: [], same: 3 })
  })

  test('the same facts from a later day are confirmed', async () => {
    const later = model('gpt-x', { asOf: '2026-11-20', source: 'another' })
    expect(await write([later])).toMatchObject({ changed: [], confirmed: [later] })
    expect(await prices('gpt-x')).toEqual([{ from: '2026-11-01', input: 2 }])
  })
})

test('the command writes with --apply alone, and what it wrote is in the audit', async () => {
  await empty()
  const folder = await mkdtemp(join(tmpdir(), 'auralink-catalogue-'))
  try {
    const file = join(folder, 'models.json')
    await writeFile(file, list(model('gpt-x')))
    const command = (...args: string[]) =>
      promisify(execFile)(
        process.execPath,
        ['--import', 'tsx', 'server/catalogue.ts', file, ...args],
        {
          cwd: fileURLToPath(new URL('../..', import.meta.url)),
          env: { PATH: process.env.PATH, DATA_DIR: folder, DATABASE_URL: database.adminUrl },
        },
      )
    const audited = async () =>
      (await ask("select from audit_entries where action = 'catalogue.applied'")).length
    const before = await audited()
    const told = await command()
    expect(told.stdout).toContain('1 added, 0 changed')
    expect(told.stderr).toBe('Nothing is written: --apply does that.\n')
    expect(await prices('gpt-x')).toEqual([])
    const written = await command('--apply')
    expect(written.stdout).toBe(told.stdout)
    expect(await prices('gpt-x')).toEqual([{ from: '2026-11-01', input: 2 }])
    expect(await audited()).toBe(before + 1)
  } finally {
    await rm(folder, { recursive: true })
  }
}, 90_000)

test.each([
  ['[\n{"provider": "openai"},\n{"provider": oops}\n]', /^models.json: line 3: not JSON/],
  ['{}', /^models.json: must be a JSON array/],
  ['[]', /^models.json: holds no models/],
  [
    list(model('gpt-x'), { ...model('gpt-y'), provider: 'nobody' }),
    /^models.json: model 2 \(nobody\/gpt-y\): provider: Invalid option/,
  ],
  [
    list(model('gpt-x', { outputUsdPerMtok: -1 })),
    /^models.json: model 1 \(openai\/gpt-x\): outputUsdPerMtok: Too small/,
  ],
  [
    list(model('gpt-x', { inputUsdPerMtok: 10_001 })),
    /\(openai\/gpt-x\): inputUsdPerMtok: Too big/,
  ],
  [list(model('gpt-x', { asOf: '2026-02-30' })), /\(openai\/gpt-x\): asOf: Invalid ISO date/],
  [list({ ...model('gpt-x'), colour: 'red' }), /\(openai\/gpt-x\): Unrecognized key: "colour"/],
  [list(model('gpt-x'), model('gpt-x')), /^models.json: model 2 \(openai\/gpt-x\) is in it twice$/],
])('a file that is wrong is refused in one message (%#)', (text, message) => {
  expect(() => readCatalogue(text, '/some/where/models.json')).toThrow(message)
})

function list(...entries: unknown[]): string {
  return JSON.stringify(entries)
}
