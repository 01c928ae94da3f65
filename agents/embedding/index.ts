/**
 * A local embedding model: finds what was meant where the words differ. Optional: its weights are fetched on request
 * (`npm run models`), it runs in a thread of its own, and without it answers rest on words alone. `convert/` makes a
 * runnable model of the weights. Knows turns, and nothing of rooms.
 */
import type { Logger } from 'pino'
import { isFetched, modelFolder } from '#rooms/weights'
import { type Embedder, startEmbedder } from './embedder.ts'

export { LOCAL_MODELS } from './catalogue.ts'
export type { Embedder } from './embedder.ts'
export { createMeaning, type Meaning } from './meaning.ts'

/** The embedding model, where its weights are there and can be run. The log says by what is searched. */
export async function openEmbedder(dataDir: string, log: Logger): Promise<Embedder | undefined> {
  if (!(await isFetched(dataDir, 'embedding'))) {
    log.info({ retrieval: 'words' }, 'answers are searched by words; npm run models tells of more')
    return undefined
  }
  try {
    const embedder = await startEmbedder(modelFolder(dataDir, 'embedding'))
    log.info({ retrieval: 'words and meaning', model: embedder.name }, 'the embedding model runs')
    return embedder
  } catch (err) {
    log.warn({ err, retrieval: 'words' }, 'the embedding model does not run; fetch it again')
    return undefined
  }
}
