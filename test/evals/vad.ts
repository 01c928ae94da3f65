import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { CHUNK, CHUNK_MS, type Chunk, msOf } from '../../rooms/speech/chunk.ts'
import { openSilero } from '../../rooms/speech/detector/silero.ts'
import type { VoiceDetector } from '../../rooms/speech/detector/types.ts'
import { createEndpointing } from '../../rooms/speech/endpointing.ts'
import { SPEECH_DEFAULTS } from '../../rooms/speech/options.ts'
import { readWav } from '../../rooms/speech/synthesizers/wav.ts'
import { printTable } from './table.ts'

/** A stretch of time, ms. */
interface Stretch {
  from: number
  to: number
}

interface Clip {
  name: string
  pcm: Int16Array
  /** Where somebody speaks; without it the clip is one utterance without a pause. */
  turns?: Stretch[]
}

export const name = 'vad'

export async function run(): Promise<void> {
  const folder = join(process.env.AURALINK_EVAL_DATA ?? '../shared/data', 'speech')
  if (!existsSync(folder)) {
    console.log(`\nvad: no recordings at ${folder}; AURALINK_EVAL_DATA names another place.`)
    return
  }
  const meetings = readMeetings(join(folder, 'vad'))
  const detectors = { silero: await openSilero(), energy: energyDetector() }

  const frames: (string | number)[][] = []
  const ends: (string | number)[][] = []
  for (const [detector, how] of Object.entries(detectors))
    for (const clip of meetings) {
      const { probabilities, segments } = await hear(clip.pcm, how)
      const voiced = probabilities.map((probability) => probability >= SPEECH_DEFAULTS.voiceAbove)
      const within = probabilities.map((_, i) => covers(segments, i * CHUNK_MS + CHUNK_MS / 2))
      const turns = clip.turns ?? []
      frames.push([detector, clip.name, 'chunks', ...scores(voiced, turns)])
      frames.push([detector, clip.name, 'segments', ...scores(within, turns)])
      ends.push([detector, clip.name, ...endpoints(segments, turns)])
    }
  printTable(
    'Voice activity on meetings with overlapping speakers, chunks of 32 ms',
    ['detector', 'clip', 'of', 'precision', 'recall', 'F1'],
    frames,
  )
  printTable(
    'Endpointing on them (a split: two segments begin within a turn without a pause)',
    [
      'detector',
      'clip',
      'segments',
      'longest s',
      'missed s',
      'false s',
      'turns',
      'missed',
      'split',
    ],
    ends,
  )

  const clips = readClips(folder)
  const rows = Object.entries(detectors).map(async ([detector, how]) => {
    const counts = await Promise.all(
      clips.map(async ({ pcm }) => (await hear(pcm, how)).segments.length),
    )
    const times = (n: number) => counts.filter((count) => count === n).length
    return [detector, counts.length, times(0), times(1), counts.filter((n) => n > 1).length]
  })
  printTable(
    'Clips of one utterance each',
    ['detector', 'clips', 'not heard', 'one segment', 'more'],
    await Promise.all(rows),
  )
  await Promise.all(Object.values(detectors).map((detector) => detector.stop()))
}

/** What the hub makes of a file, with what it is judged by. */
async function hear(pcm: Int16Array, detector: VoiceDetector) {
  const segments: Stretch[] = []
  const endpointing = createEndpointing(SPEECH_DEFAULTS, {
    began() {},
    more() {},
    ended: ({ from, to, voicedMs }) => {
      if (voicedMs > 0) segments.push({ from, to })
    },
  })
  const ear = detector.open()
  const probabilities: number[] = []
  for (const chunk of chunksOf(pcm)) {
    const probability = await ear.hear(chunk.pcm)
    probabilities.push(probability)
    endpointing.push(chunk, probability)
  }
  endpointing.flush()
  return { probabilities, segments }
}

function chunksOf(pcm: Int16Array): Chunk[] {
  return Array.from({ length: Math.ceil(pcm.length / CHUNK) }, (_, i) => {
    const chunk = new Int16Array(CHUNK)
    chunk.set(pcm.subarray(i * CHUNK, (i + 1) * CHUNK))
    return { pcm: chunk, at: i * CHUNK_MS }
  })
}

/** The plain way: what is louder than the quietest tenth of the last seconds by a factor is voice. */
function energyDetector(): VoiceDetector {
  const [factor, remembered] = [3, 300]
  return {
    open() {
      const levels: number[] = []
      return {
        hear(pcm) {
          const level = Math.sqrt(pcm.reduce((sum, x) => sum + x * x, 0) / pcm.length)
          levels.push(level)
          if (levels.length > remembered) levels.shift()
          const floor = [...levels].sort((a, b) => a - b)[Math.floor(levels.length / 10)] ?? 0
          return level > Math.max(60, factor * floor) ? 1 : 0
        },
        reset: () => levels.splice(0),
      }
    },
    stop: async () => {},
  }
}

/** Precision, recall and F1 of chunks that are said to be voice. */
function scores(voiced: boolean[], turns: Stretch[]): number[] {
  let [hits, alarms, misses] = [0, 0, 0]
  for (const [i, said] of voiced.entries()) {
    const spoken = covers(turns, i * CHUNK_MS + CHUNK_MS / 2)
    if (said && spoken) hits += 1
    else if (said) alarms += 1
    else if (spoken) misses += 1
  }
  const precision = hits / (hits + alarms || 1)
  const recall = hits / (hits + misses || 1)
  return [precision, recall, (2 * precision * recall) / (precision + recall || 1)]
}

function endpoints(segments: Stretch[], turns: Stretch[]): number[] {
  const length = ({ from, to }: Stretch) => to - from
  const shared = (one: Stretch, all: Stretch[]) =>
    merged(all).reduce(
      (sum, { from, to }) => sum + Math.max(0, Math.min(one.to, to) - Math.max(one.from, from)),
      0,
    )
  const missed = merged(turns).reduce((sum, turn) => sum + length(turn) - shared(turn, segments), 0)
  const alarms = segments.reduce((sum, one) => sum + length(one) - shared(one, turns), 0)
  const split = turns.filter(
    (turn) => segments.filter(({ from }) => from > turn.from + 200 && from < turn.to).length > 0,
  )
  return [
    segments.length,
    ...[Math.max(0, ...segments.map(length)) / 1000, missed / 1000, alarms / 1000],
    turns.length,
    turns.filter((turn) => shared(turn, segments) < length(turn) / 2).length,
    split.length,
  ]
}

function covers(stretches: Stretch[], at: number): boolean {
  return stretches.some(({ from, to }) => from <= at && at < to)
}

/** The same time, each moment once. */
function merged(stretches: Stretch[]): Stretch[] {
  const all: Stretch[] = []
  for (const { from, to } of [...stretches].sort((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last && from <= last.to) last.to = Math.max(last.to, to)
    else all.push({ from, to })
  }
  return all
}

function readMeetings(folder: string): Clip[] {
  const files = readdirSync(folder)
  const lines = files
    .filter((file) => file.endsWith('.rttm'))
    .flatMap((file) => readFileSync(join(folder, file), 'utf8').split('\n'))
    .map((line) => line.split(' '))
  return files
    .filter((file) => file.endsWith('.wav'))
    .map((file) => {
      const clip = file.replace('.wav', '')
      const { pcm } = readWav(readFileSync(join(folder, file)))
      const turns = lines
        .filter(([, of]) => of === clip)
        .map(([, , , from, takes]) => ({
          from: Number(from) * 1000,
          to: Math.min((Number(from) + Number(takes)) * 1000, msOf(pcm.length)),
        }))
      return { name: clip, pcm, turns }
    })
}

/** Those that one person says in one breath. */
function readClips(folder: string): Clip[] {
  const manifest: { id: string; file: string; secs: number }[] = JSON.parse(
    readFileSync(join(folder, 'manifest.json'), 'utf8'),
  )
  return manifest
    .filter(({ secs }) => secs < 10)
    .map(({ id, file }) => ({ name: id, pcm: readWav(readFileSync(join(folder, file))).pcm }))
}
