import { useSignal } from '@preact/signals'
import { useId } from 'preact/hooks'
import type { CaseView } from '#protocol/client'
import { ACTIONS } from '../app/say.ts'
import { Button, Dialog } from '../ui/index.ts'
import type { Change } from './use-decisions.ts'

/** Another action or length than was proposed. */
export function ChangeDialog(props: {
  of: CaseView
  onDone: (change: Change) => void
  onClose: () => void
}) {
  const { of, onDone, onClose } = props
  const action = useSignal<Change['action']>(of.action ?? 'warn')
  const minutes = useSignal(of.minutes === null ? '' : String(of.minutes))
  const id = useId()
  return (
    <Dialog title={`Change what happens to ${of.target_name}`} onClose={onClose}>
      <form
        class="change-form"
        onSubmit={(event) => {
          event.preventDefault()
          const length = Number(minutes.value)
          const timed = action.value !== 'warn' && length > 0
          onDone({ action: action.value, ...(timed ? { minutes: length } : {}) })
        }}
      >
        <fieldset>
          <legend>Action</legend>
          {(Object.keys(ACTIONS) as Change['action'][]).map((value) => (
            <label key={value} class="choice">
              <input
                type="radio"
                name={`${id}-action`}
                value={value}
                checked={action.value === value}
                onChange={() => {
                  action.value = value
                }}
              />
              <span>
                <strong>{ACTIONS[value].label}</strong>
                <span class="soft small">{ACTIONS[value].means}</span>
              </span>
            </label>
          ))}
        </fieldset>
        {action.value !== 'warn' && (
          <div>
            <label for={id}>Minutes</label>
            <input
              id={id}
              type="number"
              min={0.1}
              max={525_600}
              step="any"
              placeholder="until undone"
              value={minutes.value}
              onInput={(event) => {
                minutes.value = event.currentTarget.value
              }}
            />
          </div>
        )}
        <div class="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit">
            Approve so
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
