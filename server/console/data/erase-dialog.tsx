import { useSignal } from '@preact/signals'
import type { ErasureView } from '#protocol'
import { useApp } from '../app/context.ts'
import { Button, Dialog, ErrorNote, useSubmit } from '../ui/index.ts'

const GOES = [
  'Rooms that you own, with all that anybody said in them, and their recordings.',
  'All that you said and wrote in other people’s rooms: only its place in the order stays. Summaries that quote it are made anew.',
  'Your memberships, agents, connections, preferences and exports.',
  'Your key: what was encrypted with it nobody can read again, in the audit neither.',
]

/** What an erasure means, and whether one is sure. */
export function EraseDialog(props: {
  me: string
  onBegun: (erasure: ErasureView) => void
  onClose: () => void
}) {
  const { session } = useApp()
  const { me, onBegun, onClose } = props
  const typed = useSignal('')
  const { busy, problem, onSubmit } = useSubmit()
  const erase = async () => {
    if (typed.value.trim() !== me) throw new Error(`That is not your user id. Type: ${me}`)
    const body = { confirm: me }
    onBegun(await session.rest<ErasureView>('/privacy/erasures', { method: 'POST', body }))
  }
  return (
    <Dialog title="Erase everything about you?" {...(busy.value ? {} : { onClose })}>
      <p>This cannot be undone. What goes:</p>
      <ul class="bullets">
        {GOES.map((one) => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <p>
        What stays: that you are muted in or removed from a room, until that ends, since it protects
        others; and that something was done, in the audit, where nobody can read any more that it
        was you.
      </p>
      <form class="form" onSubmit={onSubmit(erase)}>
        <label class="field">
          <span>
            Type your user id, <bdi class="user-id">{me}</bdi>, to confirm
          </span>
          <input
            required
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            value={typed.value}
            aria-invalid={problem.value !== undefined}
            onInput={(event) => {
              typed.value = event.currentTarget.value
            }}
          />
        </label>
        <ErrorNote error={problem.value} />
        <div class="dialog-actions">
          <Button onClick={onClose} disabled={busy.value}>
            Cancel
          </Button>
          <Button kind="danger" type="submit" busy={busy.value}>
            Erase everything
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
