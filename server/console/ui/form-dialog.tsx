import type { ComponentChildren } from 'preact'
import { Button } from './button.tsx'
import { Dialog } from './dialog.tsx'
import { ErrorNote } from './parts.tsx'
import { useSubmit } from './use-submit.ts'

/** A dialog with a form that is sent to the hub: what goes wrong is said above its buttons. */
export function FormDialog(props: {
  title: string
  /** What the button that sends it says. */
  action: string
  kind?: 'primary' | 'danger'
  submit: () => Promise<void>
  onClose: () => void
  children: ComponentChildren
}) {
  const { title, action, kind = 'primary', submit, onClose, children } = props
  const { busy, problem, onSubmit } = useSubmit()
  return (
    <Dialog title={title} onClose={onClose}>
      <form class="form" onSubmit={onSubmit(submit)}>
        {children}
        <ErrorNote error={problem.value} />
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind={kind} type="submit" busy={busy.value}>
            {action}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
