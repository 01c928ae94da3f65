import { type ReadonlySignal, type Signal, useSignal } from '@preact/signals'

export interface Submit {
  /** It is under way: what is asked for meanwhile is not done a second time. */
  readonly busy: ReadonlySignal<boolean>
  /** Why the last time failed, until the next; whoever begins anew may clear it. */
  readonly problem: Signal<unknown>
  /** Does it, unless something is under way. Never throws. */
  run(what: () => Promise<unknown>): Promise<void>
  /** What a form does when it is sent: `<form onSubmit={onSubmit(save)}>`. */
  onSubmit(what: () => Promise<unknown>): (event: Event) => void
}

/** What a form or a button sends to the hub. `failed` is told of what goes wrong where no `problem` is shown. */
export function useSubmit(failed?: (problem: unknown) => void): Submit {
  const busy = useSignal(false)
  const problem = useSignal<unknown>(undefined)
  const run: Submit['run'] = async (what) => {
    if (busy.peek()) return
    busy.value = true
    problem.value = undefined
    try {
      await what()
    } catch (error) {
      problem.value = error
      failed?.(error)
    } finally {
      busy.value = false
    }
  }
  return {
    ...{ busy, problem, run },
    onSubmit: (what) => (event) => {
      event.preventDefault()
      void run(what)
    },
  }
}
