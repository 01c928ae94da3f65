import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Turn } from '../../agents/brain/index.ts'

type Span = [first: number, last: number]

/** A meeting with what people marked in it; turns are numbered from 0. */
export interface Meeting {
  id: string
  turns: { speaker: string; text: string }[]
  general_summary: string
  specific_queries: { query: string; answer: string; relevant_spans: Span[] }[]
  decisions?: { text: string; turns: number[] }[]
  action_items?: { text: string; who: string; due?: string; turns: number[] }[]
}

const here = fileURLToPath(new URL('.', import.meta.url))

/** Where the development sets are; they are no part of this repository. */
const dataRoot = process.env.AURALINK_EVAL_DATA ?? join(here, '../../../shared/data')

/** Our own meetings, always there. */
export function syntheticMeetings(): Meeting[] {
  const folder = join(here, '../corpus/meetings')
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')))
}

/** The sets to measure on: the real meetings where they are at hand, and always our own. */
export function meetingSets(): { name: string; meetings: Meeting[] }[] {
  const path = join(dataRoot, 'meetings/qmsum_val.jsonl')
  const own = { name: 'synthetic', meetings: syntheticMeetings() }
  if (!existsSync(path)) {
    console.log(`(${path} is not there: measured on the synthetic meetings only)`)
    return [own]
  }
  const lines = readFileSync(path, 'utf8').trim().split('\n')
  return [{ name: 'QMSum validation', meetings: lines.map((line) => JSON.parse(line)) }, own]
}

/** A meeting as a room would have logged it: seqs from 1, words at 150 a minute. */
export function asTurns(meeting: Meeting): Turn[] {
  let at = 0
  return meeting.turns.map(({ speaker, text }, i) => {
    at += (text.split(/\s+/).length / 150) * 60_000
    return { seq: i + 1, at: Math.round(at), speaker: { id: speaker, name: speaker }, text }
  })
}

/** Whether a seq of `asTurns` lies in one of the gold spans. */
export function inSpans(seq: number, spans: readonly Span[]): boolean {
  return spans.some(([first, last]) => seq - 1 >= first && seq - 1 <= last)
}
