import { isDeepStrictEqual } from 'node:util'
import { type CatalogueEntry, nameOf, statusOn } from './catalogue.ts'

/** Facts that may change without the model changing. */
const evidence = ['source', 'sourceUrl', 'asOf'] as const satisfies (keyof CatalogueEntry)[]

interface Change {
  entry: CatalogueEntry
  /** Field by field, in the order of the catalogue; none: the same facts, of another day or source. */
  fields: { field: string; from: unknown; to: unknown }[]
  retires: boolean
}

/** What a catalogue would change. Names are `provider/model`. */
export interface Difference {
  added: CatalogueEntry[]
  changed: Change[]
  /** The same facts as before, with a newer day or another source. */
  confirmed: CatalogueEntry[]
  same: number
  /** In the database as of a later day than in the file. */
  older: { name: string; asOf: string; have: string }[]
  /** In the database alone. */
  missing: string[]
}

export interface CompareOptions {
  /** `YYYY-MM-DD`, UTC. */
  today: string
  /** Facts of the day that the database has, too, replace what it has: a correction. */
  sameDay: boolean
}

/** Compares a catalogue with what is there. Deletes nothing: what a file lacks is said, and stays. */
export function compare(
  have: readonly CatalogueEntry[],
  wanted: readonly CatalogueEntry[],
  { today, sameDay }: CompareOptions,
): Difference {
  const byName = new Map(have.map((entry) => [nameOf(entry), entry]))
  const difference: Difference = {
    ...{ added: [], changed: [], confirmed: [], same: 0, older: [], missing: [] },
  }
  for (const written of wanted) {
    const entry = { ...written, status: statusOn(written, today) }
    const name = nameOf(entry)
    const before = byName.get(name)
    byName.delete(name)
    if (before === undefined) {
      difference.added.push(entry)
    } else if (before.asOf > entry.asOf) {
      difference.older.push({ name, asOf: entry.asOf, have: before.asOf })
    } else {
      const fields = differingFields(before, entry)
      if (fields.length === 0 || (before.asOf === entry.asOf && !sameDay)) difference.same += 1
      else if (fields.every(({ field }) => isEvidence(field))) difference.confirmed.push(entry)
      else difference.changed.push(change(before, entry, fields))
    }
  }
  difference.missing = [...byName.keys()]
  return difference
}

/** Nothing that would be written. */
export const isEmpty = ({ added, changed, confirmed }: Difference) =>
  added.length + changed.length + confirmed.length === 0

function change(before: CatalogueEntry, entry: CatalogueEntry, fields: Change['fields']): Change {
  const retires = entry.status === 'retired' && before.status !== 'retired'
  return { entry, retires, fields: fields.filter(({ field }) => !isEvidence(field)) }
}

function differingFields(before: CatalogueEntry, after: CatalogueEntry): Change['fields'] {
  const was: Record<string, unknown> = { ...before }
  return Object.entries(after)
    .filter(([field, to]) => !isDeepStrictEqual(was[field], to))
    .map(([field, to]) => ({ field, from: was[field], to }))
}

const isEvidence = (field: string) => evidence.some((name) => name === field)

/** For people to review: what is added, changed (old -> new), retired and missing. */
export function describe(difference: Difference): string {
  const { added, changed, confirmed, same, older, missing } = difference
  const retired = changed.filter(({ retires }) => retires)
  return [
    ...section('added (prices in USD for a million tokens)', added, (entry) => [
      `${nameOf(entry)}: ${entry.status}, ${entry.inputUsdPerMtok} in, ${entry.outputUsdPerMtok} out`,
    ]),
    ...section('changed', changed, ({ entry, fields }) => [
      nameOf(entry),
      ...fields.map(({ field, from, to }) => `  ${field}: ${show(from)} -> ${show(to)}`),
    ]),
    ...section('retired', retired, ({ entry }) => [
      `${nameOf(entry)}${entry.retiresOn === null ? '' : ` since ${entry.retiresOn}`}`,
    ]),
    ...section('missing', missing, (name) => [`${name}: not in the file; stays as it is`]),
    ...section('older', older, ({ name, asOf, have }) => [
      `${name}: the file is of ${asOf}, the database of ${have}; stays as it is`,
    ]),
    `${added.length} added, ${changed.length} changed, ${retired.length} of them retired, ` +
      `${confirmed.length} confirmed, ${same} the same, ${missing.length} missing, ${older.length} older`,
  ].join('\n')
}

function section<T>(title: string, items: readonly T[], lines: (item: T) => string[]): string[] {
  if (items.length === 0) return []
  return [title, ...items.flatMap((item) => lines(item).map((line) => `  ${line}`)), '']
}

const show = (value: unknown) => (value === undefined ? 'nothing' : JSON.stringify(value))
