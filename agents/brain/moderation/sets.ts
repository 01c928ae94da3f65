/** The labelled sets: which there are, which are trained on, how they are split. For training and evals. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Example } from './fit.ts'

export interface LabelledText extends Example {
  /** 0 to 4. Texts that are much alike are of one fold: a template, a meeting. */
  fold: number
  /** What a functional test tests, where the set says so. */
  kind?: string
}

export interface LabelledSet {
  name: string
  inTraining: boolean
  examples: LabelledText[]
}

export const folds = 5

interface Row {
  text: string
  toxic: 0 | 1
  functionality?: string
}

// A set's weight: the large set of rude tweets would else drown the others. HateCheck is a test of
// functions from few templates: it is held out whole, since a model would learn the templates.
const files = [
  { name: 'davidson', file: 'moderation/davidson_4000.jsonl', weight: 0.5, inTraining: true },
  { name: 'surge', file: 'moderation/surge_dev_500.jsonl', weight: 3, inTraining: true },
  { name: 'identity', file: 'moderation/identity_dev_1500.jsonl', weight: 0.3, inTraining: true },
  { name: 'hatecheck', file: 'moderation/hatecheck_dev.jsonl', weight: 0, inTraining: false },
]

/** @returns no sets where the data is absent */
export function readSets(root: string): LabelledSet[] {
  if (!existsSync(join(root, 'moderation'))) return []
  const sets = files.map(({ name, file, weight, inTraining }) => ({
    name,
    inTraining,
    examples: lines<Row>(join(root, file)).map(({ text, toxic, functionality }) => ({
      text,
      toxic: toxic === 1,
      weight,
      fold: foldOf(name === 'identity' ? text.split(' ').slice(3).join(' ') : text),
      ...(functionality === undefined ? {} : { kind: functionality }),
    })),
  }))
  return [...sets, { name: 'meetings', inTraining: true, examples: benign(readMeetings(root)) }]
}

export interface Meeting {
  id: string
  turns: Array<{ speaker: string; text: string }>
}

export function readMeetings(root: string): Meeting[] {
  return lines<Meeting>(join(root, 'meetings/qmsum_val.jsonl'))
}

/** Every third turn of the meetings, a meeting in one fold. */
function benign(meetings: Meeting[]): LabelledText[] {
  return meetings
    .flatMap(({ turns }, i) => turns.map(({ text }) => ({ text, fold: i % folds })))
    .filter((_, i) => i % 3 === 0)
    .map((one) => ({ ...one, toxic: false, weight: 0.3 }))
}

function lines<T>(file: string): T[] {
  return readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

function foldOf(text: string): number {
  let hash = 7
  for (const c of text) hash = Math.imul(hash ^ (c.codePointAt(0) ?? 0), 0x01000193)
  return (hash >>> 0) % folds
}
