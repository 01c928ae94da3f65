import { type ReadonlySignal, signal } from '@preact/signals'
import { Button } from './button.tsx'
import './toasts.css'

export interface Toast {
  id: number
  text: string
  /** `error` is announced at once, `done` when there is a pause. */
  kind: 'done' | 'error'
  undo?: () => void
}

export interface Toasts {
  readonly shown: ReadonlySignal<readonly Toast[]>
  /** Says that something was done; with `undo` it stays longer and has a button. */
  done(text: string, options?: { undo?: () => Promise<unknown> }): void
  /** Says what went wrong: an error's own message, or a text. */
  error(problem: unknown): void
  dismiss(id: number): void
  /** Dismisses all. */
  clear(): void
}

const STAYS_MS = 5_000
const UNDO_STAYS_MS = 15_000

export function createToasts(setTimer: (run: () => void, ms: number) => unknown): Toasts {
  const shown = signal<readonly Toast[]>([])
  let last = 0

  const dismiss = (id: number) => {
    // who calls this in an effect must not be called again by it
    shown.value = shown.peek().filter((toast) => toast.id !== id)
  }
  const show = (toast: Omit<Toast, 'id'>, ms: number) => {
    last += 1
    const id = last
    shown.value = [...shown.peek().slice(-3), { ...toast, id }]
    setTimer(() => dismiss(id), ms)
    return id
  }
  const error = (problem: unknown) => {
    const text = problem instanceof Error ? problem.message : String(problem)
    show({ text, kind: 'error' }, UNDO_STAYS_MS)
  }
  return {
    shown,
    dismiss,
    error,
    clear: () => {
      shown.value = []
    },
    done: (text, { undo } = {}) => {
      if (undo === undefined) return void show({ text, kind: 'done' }, STAYS_MS)
      const back = () => {
        dismiss(id)
        undo().catch(error)
      }
      const id = show({ text, kind: 'done', undo: back }, UNDO_STAYS_MS)
    },
  }
}

/** Where toasts appear. It is on the page before the first one, so that screen readers follow it. */
export function ToastRegion({ toasts }: { toasts: Toasts }) {
  const of = (kind: Toast['kind']) =>
    toasts.shown.value
      .filter((toast) => toast.kind === kind)
      .map(({ id, text, undo }) => (
        <div key={id} class={`toast toast-${kind}`}>
          <span>{text}</span>
          {undo && (
            <Button kind="plain" size="small" onClick={undo}>
              Undo
            </Button>
          )}
          <Button
            kind="ghost"
            size="small"
            icon="close"
            label="Dismiss"
            onClick={() => toasts.dismiss(id)}
          />
        </div>
      ))
  return (
    <div class="toasts">
      <div role="status">{of('done')}</div>
      <div role="alert">{of('error')}</div>
    </div>
  )
}
