import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type FetchOptions, fetchModel, type ModelFile } from './fetch.ts'

/** A model that runs in the hub itself, once its weights have been fetched. */
export interface LocalModel {
  name: string
  title: string
  licence: string
  /** What it is good for. */
  use: string
  files: ModelFile[]
  /** Makes the kept form of what was fetched. */
  finish(folder: string): Promise<void>
}

export function modelFolder(dataDir: string, name: string): string {
  return join(dataDir, 'models', name)
}

/** Whether a model's weights are there: they are put in place as a whole, or not at all. */
export async function isFetched(dataDir: string, name: string): Promise<boolean> {
  return stat(modelFolder(dataDir, name)).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

/** Fetches a model's weights into `DATA_DIR/models/NAME`. Throws FetchError; see `fetchModel`. */
export async function fetchLocalModel(
  dataDir: string,
  { name, files, finish }: LocalModel,
  options: FetchOptions = {},
): Promise<void> {
  await fetchModel(files, modelFolder(dataDir, name), finish, options)
}
