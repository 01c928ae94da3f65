/**
 * Transcribes in the hub itself, with Whisper: for who has no key, or no network. The weights are fetched when somebody
 * first speaks; `convert/` makes of them what whisper.cpp reads, and a thread of its own runs it.
 */
import { join } from 'node:path'
import type { Logger } from 'pino'
import { HubError } from '#protocol'
import {
  FetchError,
  type FetchOptions,
  fetchLocalModel,
  isFetched,
  modelFolder,
} from '../../../weights/index.ts'
import type { Transcriber } from '../../types.ts'
import { WEIGHTS, type WhisperModel } from './catalogue.ts'
import { type Engine, startEngine } from './engine.ts'
import { createUtterance, type Pace } from './utterance.ts'

export { WHISPER_MODELS, type WhisperModel } from './catalogue.ts'
export { chooseModel, chosenModel } from './chosen.ts'

export interface LocalTranscriberDeps {
  dataDir: string
  model: WhisperModel
  log: Logger
  /** Epoch ms. Default: the system's clock. */
  now?: () => number
  fetching?: Pick<FetchOptions, 'pip'>
}

/** After a failure to get ready, it is not tried again for so long, ms; twice as long after each further one. */
const FIRST_BACKOFF_MS = 5_000
const LONGEST_BACKOFF_MS = 300_000

export function createLocalTranscriber({
  dataDir,
  model,
  log,
  now = Date.now,
  fetching = {},
}: LocalTranscriberDeps): Transcriber {
  const stopping = new AbortController()
  const pace = createPace()
  let engine: Engine | undefined
  let opening: Promise<Engine> | undefined
  let failed: { error: HubError; until: number; backoff: number } | undefined

  async function open(): Promise<Engine> {
    if (!(await isFetched(dataDir, model.name))) await fetchWeights()
    const from = now()
    const started = await startEngine(
      join(modelFolder(dataDir, model.name), WEIGHTS),
      model.language,
    )
    if (stopping.signal.aborted) await started.stop()
    stopping.signal.throwIfAborted()
    log.info({ transcriber: model.name, ms: now() - from }, 'the local transcriber is ready')
    engine = started
    void started.ended.then(() => {
      if (engine !== started) return
      engine = undefined
      log.error({ transcriber: model.name }, 'the local transcriber ended; it is started anew')
    })
    return started
  }

  async function fetchWeights(): Promise<void> {
    const total = model.files.reduce((sum, file) => sum + file.bytes, 0)
    log.info(
      { transcriber: model.name, megabytes: Math.round(total / 1e6) },
      'the weights of the local transcriber are being fetched, once; what is said meanwhile waits',
    )
    const got = new Map<string, number>()
    let told = 0
    await fetchLocalModel(dataDir, model, {
      ...fetching,
      signal: stopping.signal,
      onProgress(file, bytes) {
        got.set(file.name, bytes)
        const sum = [...got.values()].reduce((all, one) => all + one, 0)
        const percent = Math.min(100, Math.floor((sum / total) * 10) * 10)
        if (percent <= told) return
        told = percent
        log.info({ transcriber: model.name, percent }, 'the weights are being fetched')
      },
      onMiss: (file, place) =>
        log.info(
          { file: file.name, place },
          'the weights are not to be had there; the next place is asked',
        ),
    })
  }

  /** Ready, getting ready, or the failure of the last time for as long as it counts. */
  function ready(): Promise<Engine> {
    if (stopping.signal.aborted) return Promise.reject(stopped())
    if (engine) return Promise.resolve(engine)
    if (failed && now() < failed.until) return Promise.reject(failed.error)
    opening ??= open()
      .then((started) => {
        failed = undefined
        return started
      })
      .catch((err: unknown) => {
        if (stopping.signal.aborted) throw stopped()
        const backoff = Math.min(LONGEST_BACKOFF_MS, (failed?.backoff ?? FIRST_BACKOFF_MS / 2) * 2)
        const error = notReady(err)
        failed = { error, until: now() + backoff, backoff }
        log.error(
          { err, transcriber: model.name, retry_in_ms: backoff },
          err instanceof FetchError
            ? `nobody is transcribed: the weights could not be fetched; try npm run models -- fetch ${model.name}, or set OPENAI_API_KEY`
            : `nobody is transcribed: Whisper does not run here; try npm run models -- fetch ${model.name}, or set OPENAI_API_KEY`,
        )
        throw error
      })
      .finally(() => {
        opening = undefined
      })
    return opening
  }

  return {
    name: model.name,
    // one runs; another is there when it is done
    parallel: 2,
    async warm() {
      await ready()
    },
    begin: ({ onPartial }) =>
      createUtterance({ engine: ready, ready: () => engine, pace, now, onPartial }),
    async stop() {
      stopping.abort(stopped())
      await opening?.catch(() => {})
      const running = engine
      engine = undefined
      await running?.stop()
    },
  }
}

/** Of what it took of late, the newest counts most. */
function createPace(): Pace {
  let ms = 0
  return {
    took(spent) {
      ms = ms === 0 ? spent : ms * 0.7 + spent * 0.3
    },
    guess: () => ms,
  }
}

const stopped = () => new HubError('provider_failed', 'The transcriber was stopped.')
const notReady = (cause: unknown) =>
  cause instanceof HubError
    ? cause
    : new HubError('provider_failed', 'The transcriber is not ready.', { cause })
