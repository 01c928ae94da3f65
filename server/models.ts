import { LOCAL_MODELS } from '#agents/embedding'
import { FetchError, fetchLocalModel, isFetched, modelFolder } from '#rooms/weights'
import { readConfig } from './config.ts'
import { makeDataDir } from './data-dir.ts'

const USAGE = `npm run models                  lists the models that run in the hub itself
npm run models -- fetch NAME    fetches the weights of one into DATA_DIR/models; the hub uses them from its next start on`

class UsageError extends Error {}

const say = (text: string) => process.stderr.write(text)
const megabytes = (bytes: number) => `${(bytes / 1e6).toFixed(0)} MB`

async function list(dataDir: string): Promise<void> {
  for (const { name, title, licence, use, files } of LOCAL_MODELS) {
    const size = megabytes(files.reduce((sum, file) => sum + file.bytes, 0))
    const state = (await isFetched(dataDir, name)) ? 'fetched' : `not fetched (${size})`
    process.stdout.write(`${name}: ${title}, ${licence}; ${state}\n  ${use}\n`)
  }
}

async function fetchOne(dataDir: string, name: string | undefined): Promise<void> {
  const model = LOCAL_MODELS.find((known) => known.name === name)
  if (!model) {
    const known = LOCAL_MODELS.map((one) => one.name).join(', ')
    throw new UsageError(`There is no model ${name ?? 'without a name'}. There are: ${known}`)
  }
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
  else throw new UsageError(`${command} is no command.`)
}

main(process.argv.slice(2)).catch((error: unknown) => {
  const message = error instanceof Error ? error.message : String(error)
  const usage = error instanceof UsageError ? `\n\n${USAGE}` : ''
  const offline =
    error instanceof FetchError
      ? '\nThe hub works without it: answers are then searched by words alone. Try again when the network is there.'
      : ''
  say(`${message}${offline}${usage}\n`)
  process.exitCode = 1
})
