/** Listeners by name. One that throws does not keep the others from being called. */
export function createEmitter<Names extends string, Item>() {
  const listeners = new Map<Names, Set<(item: Item) => void>>()
  return {
    on(name: Names, listener: (item: Item) => void): () => void {
      const set = listeners.get(name) ?? new Set()
      listeners.set(name, set.add(listener))
      return () => void set.delete(listener)
    },
    emit(name: Names, item: Item) {
      for (const listener of [...(listeners.get(name) ?? [])]) {
        try {
          listener(item)
        } catch (error) {
          // Not ours to handle, and not ours to hide: it surfaces as an uncaught error.
          queueMicrotask(() => {
            throw error
          })
        }
      }
    },
  }
}
