import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { Button } from './button.tsx'
import './dialog.css'

/** In the dialog's own scope: the page has a header, too, and all that a dialog holds comes after that. */
const FIRST = ['input', 'textarea', 'select', 'button']
  .map((tag) => `:scope header ~ ${tag}, :scope header ~ * ${tag}`)
  .join()

export interface DialogProps {
  title: string
  /** Called for Escape, the cross and a click beside it. Absent: it cannot be closed so. */
  onClose?: () => void
  children: ComponentChildren
}

/** A modal dialog, open for as long as it is rendered. Focus goes back where it came from. */
export function Dialog({ title, onClose, children }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null)
  const name = useId()
  useEffect(() => {
    const before = document.activeElement
    dialog.current?.showModal()
    // What it is about, not the cross in its head, which would be first.
    const chosen = dialog.current?.querySelector<HTMLElement>('input:checked')
    const first = dialog.current?.querySelector<HTMLElement>(FIRST)
    ;(chosen ?? first)?.focus()
    return () => {
      dialog.current?.close()
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    // A click beside the dialog is a second way out: Escape and the cross are there for everyone.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby={name}
      onCancel={(event) => {
        event.preventDefault()
        onClose?.()
      }}
      // a browser closes at the second Escape what has refused the first
      onClose={() => onClose ?? dialog.current?.showModal()}
      onClick={(event) => event.target === dialog.current && onClose?.()}
    >
      <div class="dialog-body">
        <header>
          <h2 id={name}>{title}</h2>
          {onClose && <Button kind="ghost" icon="close" label="Close" onClick={onClose} />}
        </header>
        {children}
      </div>
    </dialog>
  )
}
