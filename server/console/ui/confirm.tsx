import { type ReadonlySignal, signal } from '@preact/signals'
import { deferred } from '../app/deferred.ts'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'

interface Question {
  title: string
  text: string
  /** What the button that does it says, as "Remove". */
  action: string
  danger?: boolean
}

export interface Confirm {
  readonly asked: ReadonlySignal<(Question & { answer: (yes: boolean) => void }) | undefined>
  /** Asks before something is done; answers whether to do it. */
  ask(question: Question): Promise<boolean>
}

export function createConfirm(): Confirm {
  const asked = signal<(Question & { answer: (yes: boolean) => void }) | undefined>(undefined)
  return {
    asked,
    ask: (question) => {
      asked.value?.answer(false)
      const { promise, resolve } = deferred<boolean>()
      asked.value = {
        ...question,
        answer: (yes) => {
          asked.value = undefined
          resolve(yes)
        },
      }
      return promise
    },
  }
}

export function ConfirmDialog({ confirm }: { confirm: Confirm }) {
  const asked = confirm.asked.value
  if (asked === undefined) return null
  const { title, text, action, danger = false, answer } = asked
  return (
    <Dialog title={title} onClose={() => answer(false)}>
      <p>{text}</p>
      <div class="dialog-actions">
        <Button onClick={() => answer(false)}>Cancel</Button>
        <Button kind={danger ? 'danger' : 'primary'} onClick={() => answer(true)}>
          {action}
        </Button>
      </div>
    </Dialog>
  )
}
