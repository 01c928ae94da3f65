import type { Logger } from 'pino'
import type { Bus, RoomSignal } from './types.ts'

/**
 * The bus within one process. Listeners are called at once and in order; one that throws is logged
 * and costs nobody else the signal.
 */
export function createLocalBus({ log }: { log: Logger }): Bus {
  const listeners = new Set<(signal: RoomSignal) => void>()
  return {
    publish(signal) {
      for (const listener of listeners) {
        try {
          listener(signal)
        } catch (err) {
          log.error({ err, signal: signal.kind }, 'a listener of the bus failed')
        }
      }
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
