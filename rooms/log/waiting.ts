import type { UnplacedEvent } from './types.ts'

interface Waiter {
  /** Postgres is away and this waits for it, as one of so many appends. */
  waiting(events: UnplacedEvent[], appends: number): void
}

interface Item<Target> {
  target: Target
  events: UnplacedEvent[]
}

/** What waits for Postgres while it is away: of each log so much and no more. */
export function createWaiting<Target extends Waiter>(limits: {
  maxWaitingItems: number
  maxWaitingBytes: number
}) {
  /** Of each log that was told of waiting appends: what still waits. */
  const loads = new Map<Target, { items: number; bytes: number }>()

  return {
    isFull(item: Item<Target>): boolean {
      const load = loads.get(item.target)
      if (!load) return false
      const { maxWaitingItems, maxWaitingBytes } = limits
      return load.items >= maxWaitingItems || load.bytes + sizeOf(item) > maxWaitingBytes
    },

    /** Tells its log, once. */
    add(item: Item<Target> & { waits: number | undefined }) {
      if (item.waits !== undefined) return
      item.waits = sizeOf(item)
      const load = loads.get(item.target) ?? { items: 0, bytes: 0 }
      load.items += 1
      load.bytes += item.waits
      loads.set(item.target, load)
      item.target.waiting(item.events, load.items)
    },

    /** It waits no more, however it ended. */
    release({ target, waits }: Item<Target> & { waits: number | undefined }) {
      const load = loads.get(target)
      if (waits === undefined || !load) return
      load.items -= 1
      load.bytes -= waits
    },

    forget: (target: Target) => loads.delete(target),

    /** The logs of which nothing waits any more, each once. */
    over(): Target[] {
      const over = [...loads].flatMap(([target, { items }]) => (items > 0 ? [] : [target]))
      for (const target of over) loads.delete(target)
      return over
    },
  }
}

function sizeOf({ events }: Pick<Item<unknown>, 'events'>): number {
  return events.reduce((sum, event) => sum + JSON.stringify(event.data).length, 0)
}
