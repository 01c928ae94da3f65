import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { WHISPER_MODELS, type WhisperModel } from './catalogue.ts'

const folder = (dataDir: string) => join(dataDir, 'models')
/** Holds the name of the model that was chosen. */
const CHOICE = 'transcriber'

/** The model that transcribes: the one that was chosen, else the default. */
export async function chosenModel(dataDir: string): Promise<WhisperModel> {
  const name = await readFile(join(folder(dataDir), CHOICE), 'utf8').then(
    (text) => text.trim(),
    () => undefined,
  )
  return WHISPER_MODELS.find((model) => model.name === name) ?? WHISPER_MODELS[0]
}

/** Has a model transcribe from the hub's next start on. */
export async function chooseModel(dataDir: string, { name }: WhisperModel): Promise<void> {
  await mkdir(folder(dataDir), { recursive: true })
  const aside = join(folder(dataDir), `.${CHOICE}-${process.pid}`)
  await writeFile(aside, `${name}\n`)
  await rename(aside, join(folder(dataDir), CHOICE))
}
