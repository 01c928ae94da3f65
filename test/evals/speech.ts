import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pino from 'pino'
import type { WireEvent } from '#protocol'
import { connectHub } from '#protocol/client'
import { openTranscriber } from '#rooms/speech/transcribers'
import { readWav } from '../../rooms/speech/synthesizers/wav.ts'
import { launchBrowser } from '../support/browser.ts'
import { createDatabaseOn, startDebianPostgres } from '../support/database-server.ts'
import { startLiveKitHub } from '../support/livekit-hub.ts'
import { joinSpeaker } from '../support/speakers.ts'
import { speechWeights } from '../support/speech-models.ts'
import { printTable } from './table.ts'
import { wordErrors } from './wer.ts'

interface Clip {
  id: string
  file: string
  text: string
  kind: string
  ref: 'known' | 'silver'
  secs: number
}

export const name = 'speech'

const ROOM = 'recordings'
/** Whoever has said nothing for so long has said all, ms: longer than words come late. */
const QUIET_MS = 4_000

/** What is lost on the way: a browser, WebRTC, voice activity and endpointing, beside the same model on the files. */
export async function run(): Promise<void> {
  const folder = join(process.env.AURALINK_EVAL_DATA ?? '../shared/data', 'speech')
  if (!existsSync(folder)) {
    console.log(`\nspeech: no recordings at ${folder}; AURALINK_EVAL_DATA names another place.`)
    return
  }
  const clips: Clip[] = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'))
  const files = new Map<string, Uint8Array>()
  for (const { id, file } of clips) files.set(id, await readFile(join(folder, file)))
  const direct = await onFiles(files)
  const live = await throughTheRoom(files)

  const rows = clips.map((clip) => {
    const file = wordErrors(clip.text, direct.get(clip.id) ?? '')
    const room = wordErrors(clip.text, live.get(clip.id) ?? '')
    return { clip, file, room }
  })
  const rate = (some: typeof rows, of: 'file' | 'room') =>
    some.reduce((sum, row) => sum + row[of].errors, 0) /
    some.reduce((sum, row) => sum + row[of].words, 0)
  const groups: [string, typeof rows][] = [
    ['all', rows],
    ['known text', rows.filter(({ clip }) => clip.ref === 'known')],
    ['people', rows.filter(({ clip }) => clip.ref === 'known' && clip.kind !== 'synthetic')],
  ]
  printTable(
    'Word errors (a number is compared digit by digit)',
    ['clips', 'number', 'words', 'files', 'browser, WebRTC, VAD, endpointing'],
    groups.map(([group, some]) => [
      ...[group, some.length, some.reduce((sum, { file }) => sum + file.words, 0)],
      ...[rate(some, 'file'), rate(some, 'room')],
    ]),
  )
  printTable(
    'Clips with errors on the way',
    ['clip', 'words', 'files', 'room', 'heard in the room'],
    rows
      .filter(({ file, room }) => file.errors !== room.errors)
      .map(({ clip, file, room }) => [
        ...[clip.id, file.words, file.errors, room.errors, live.get(clip.id) ?? ''],
      ]),
  )
}

async function onFiles(files: Map<string, Uint8Array>): Promise<Map<string, string>> {
  const log = pino({ level: 'warn' })
  const transcriber = await openTranscriber({ dataDir: await speechWeights(), log })
  await transcriber.warm()
  const texts = new Map<string, string>()
  for (const [id, file] of files) {
    const utterance = transcriber.begin({ onPartial: () => {} })
    utterance.write(readWav(file).pcm)
    texts.set(id, (await utterance.end()).text)
  }
  await transcriber.stop()
  return texts
}

async function throughTheRoom(files: Map<string, Uint8Array>): Promise<Map<string, string>> {
  const server = await startDebianPostgres()
  const database = await createDatabaseOn(server.url)
  const { hub, livekit, stop } = await startLiveKitHub(database, { speech: true })
  const browser = await launchBrowser()
  const client = connectHub({ url: hub.url, token: () => hub.token('local') })
  try {
    const speaker = await joinSpeaker(browser, livekit.url, await livekit.token(ROOM, 'reader'))
    const room = await client.join(ROOM, { as: 'watch' })
    await room.when(({ participants }) => participants.length > 0, 30_000)
    let lastAt = 0
    let heard: string[] = []
    room.on('*', (event: WireEvent) => {
      lastAt = Date.now()
      if (event.type === 'transcript.final') heard.push(event.data.text)
    })
    // the first loads the model
    const texts = new Map<string, string>()
    for (const [id, file] of [...[...files].slice(0, 1), ...files]) {
      heard = []
      await speaker.say(file)
      lastAt = Date.now()
      while (Date.now() - lastAt < QUIET_MS) await sleep(100)
      texts.set(id, heard.join(' '))
    }
    return texts
  } finally {
    client.close()
    await browser.close()
    await stop()
    await server.stop()
  }
}
