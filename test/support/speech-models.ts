import { execFile } from 'node:child_process'
import { mkdtemp, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { cached } from './cached.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MODEL = 'whisper-tiny.en'
const FETCH_MS = 240_000

/** A folder for a hub's DATA_DIR in which the weights of the local transcriber are there already. Whoever asks removes it. */
export async function dataDirWithSpeech(): Promise<string> {
  const fetched = await speechWeights()
  const dataDir = await mkdtemp(join(tmpdir(), 'auralink-hub-'))
  await symlink(join(fetched, 'models'), join(dataDir, 'models'))
  return dataDir
}

/** A DATA_DIR in which the README's command has fetched them, once. */
export function speechWeights(): Promise<string> {
  return cached(`models-${MODEL}`, async (to) => {
    await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', 'server/models.ts', 'fetch', MODEL],
      { cwd: ROOT, env: { ...process.env, DATA_DIR: to }, timeout: FETCH_MS },
    )
  })
}
