import { LOCAL_MODELS } from '#agents/embedding'
import { chooseModel, chosenModel, WHISPER_MODELS } from '#rooms/speech/transcribers'
import {
  FetchError,
  fetchLocalModel,
  isFetched,
  type LocalModel,
  modelFolder,
} from '#rooms/weights'
import { readConfig } from './config.ts'
import { makeDataDir } from './data-dir.ts'

const USAGE = `npm run models                  lists the models that run in the hub itself
npm run models -- fetch NAME    fetches the weights of one into DATA_DIR/models; the hub uses them from its next start on
npm run models -- use NAME      has this Whisper model transcribe from the hub's next start on, where there is no key`

const MODELS: readonly LocalModel[] = [...LOCAL_MODELS, ...WHISPER_MODELS]

class UsageError extends Error {}

const say = (text: string) => process.stderr.write(text)
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`

async function list(dataDir: string): Promise<void> {
  const chosen = await chosenModel(dataDir)
  for (const { name, title, licence, use, files } of MODELS) {
    const size = megabytes(files.reduce((sum, file) => sum + file.bytes, 0))
    const state = (await isFetched(dataDir, name)) ? 'fetched' : `not fetched (${size})`
    const chose = name === chosen.name ? '; transcribes' : ''
    process.stdout.write(`${name}: ${title}, ${licence}; ${state}${chose}\n  ${use}\n`)
  }
}

function named<M extends LocalModel>(models: readonly M[], name: string | undefined): M {
  const model = models.find((known) => known.name === name)
  if (model) return model
  const known = models.map((one) => one.name).join(', ')
  throw new UsageError(
    `There is no such model: ${name ?? 'a name is missing'}. There are: ${known}`,
  )
}

async function use(dataDir: string, name: string | undefined): Promise<void> {
  const model = named(WHISPER_MODELS, name)
  makeDataDir(dataDir)
  await chooseModel(dataDir, model)
  const there = await isFetched(dataDir, model.name)
  const later = there ? '' : '; its weights are fetched when somebody first speaks'
  process.stdout.write(`${model.title} transcribes from the hub's next start on${later}\n`)
}

async function fetchOne(dataDir: string, name: string | undefined): Promise<void> {
  const model = named(MODELS, name)
  makeDataDir(dataDir)
  const interrupted = new AbortController()
  process.once('SIGINT', () => interrupted.abort(new Error('Interrupted: nothing was kept.')))
  process.once('SIGTERM', () => interrupted.abort(new Error('Interrupted: nothing was kept.')))
  let shown = ''
  await fetchLocalModel(dataDir, model, {
    signal: interrupted.signal,
    onProgress(file, bytes) {
      const line = `${file.name}: ${Math.floor((bytes / file.bytes) * 100)}% of ${megabytes(file.bytes)}`
      if (line === shown) return
      say(process.stderr.isTTY ? `\r${line}` : `${line}\n`)
      if (bytes >= file.bytes && process.stderr.isTTY) say('\n')
      shown = line
    },
    onMiss: (file, place, reason) => say(`${file.name}: not from ${place} (${reason})\n`),
  })
  process.stdout.write(`${model.title} is in ${modelFolder(dataDir, model.name)}\n`)
}

async function main([command, name, ...rest]: string[]): Promise<void> {
  const { dataDir } = readConfig(process.env, process.cwd())
  if (command === undefined) await list(dataDir)
  else if (command === 'fetch' && rest.length === 0) await fetchOne(dataDir, name)
  else if (command === 'use' && rest.length === 0) await use(dataDir, name)
  else throw new UsageError(`${command} is no command.`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  const usage = error instanceof UsageError ? `\n\n${USAGE}` : ''
  const offline =
    error instanceof FetchError
      ? '\nThe hub works without it: answers are then searched by words alone, and nobody is transcribed in it. Try again when the network is there.'
      : ''
  say(`${message}${offline}${usage}\n`)
  process.exitCode = 1
})
