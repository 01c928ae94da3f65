import { effect, type ReadonlySignal, signal } from '@preact/signals'
import { type CaseView, reduceCases, type WireEvent } from '#protocol/client'
import type { Session } from '../app/session.ts'

/** The cases of all rooms that the user moderates, as they are now. */
export interface Desk {
  readonly cases: ReadonlySignal<readonly CaseView[]>
  /** Whether the cases are known yet. */
  readonly ready: ReadonlySignal<boolean>
  readonly error: ReadonlySignal<unknown>
  /** Calls with every event of these rooms, and of those that are joined. */
  onEvent(listener: (event: WireEvent) => void): () => void
  retry(): void
  stop(): void
}

/** Watches over reconnections for as long as somebody is signed in. */
export function createDesk({ hub: signedIn }: Pick<Session, 'hub'>): Desk {
  const cases = signal<readonly CaseView[]>([])
  const ready = signal(false)
  const error = signal<unknown>(undefined)
  const listeners = new Set<(event: WireEvent) => void>()
  let watch = () => {}

  const stop = effect(() => {
    const hub = signedIn.value
    cases.value = []
    ready.value = false
    if (hub === undefined) return
    let asked = 0
    // What comes between the question and its answer belongs after the answer.
    let meanwhile: WireEvent[] | undefined
    // The hub tells so many at once: where all that it told wait, others may wait behind them.
    let perhapsMore = false
    watch = () => {
      asked += 1
      const mine = asked
      meanwhile = []
      hub.watchDesk().then(
        (ack) => {
          if (mine !== asked) return
          cases.value = (meanwhile ?? []).reduce<readonly CaseView[]>(reduceCases, ack.cases)
          meanwhile = undefined
          perhapsMore = ack.cases.length > 0 && ack.cases.every(waits)
          ready.value = true
          error.value = undefined
        },
        (problem: unknown) => {
          if (mine === asked && signedIn.peek() === hub) error.value = problem
        },
      )
    }
    const offs = [
      hub.on('connected', () => watch()),
      hub.on('event', (event) => {
        if (event.type.startsWith('moderation.')) meanwhile?.push(event)
        cases.value = reduceCases(cases.peek(), event)
        if (perhapsMore && !cases.peek().some(waits)) {
          perhapsMore = false
          watch()
        }
        for (const listener of listeners) listener(event)
      }),
    ]
    if (hub.connected) watch()
    return () => {
      asked += 1
      for (const off of offs) off()
    }
  })

  return {
    ...{ cases, ready, error, stop },
    retry: () => watch(),
    onEvent: (listener) => {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const waits = ({ status }: CaseView) => status === 'open'
