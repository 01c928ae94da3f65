import { AsyncLocalStorageProviderSingleton } from '@langchain/core/singletons'

/**
 * Runs as no part of any graph. Whatever a node sets off, however far away, LangGraph takes for a part of the node's own
 * run otherwise: its checkpoints would go elsewhere, and its interrupt would be an error.
 */
export function alone<T>(run: () => T): T {
  return AsyncLocalStorageProviderSingleton.getInstance().run(undefined, run)
}
