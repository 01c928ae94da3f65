import { useSignal } from '@preact/signals'
import { useApp } from '../../app/context.ts'
import { ACTIONS } from '../../app/say.ts'
import { FormDialog } from '../../ui/index.ts'
import { useRoom } from '../context.ts'

export interface Planned {
  id: string
  name: string
  action: keyof typeof ACTIONS
}

const DONE = { warn: 'was warned', mute: 'is muted', remove: 'was removed' } as const

const LENGTHS = [5, 15, 60, 1440] as const
const SPOKEN: Record<number, string> = { 5: '5 min', 15: '15 min', 60: '1 hour', 1440: '1 day' }

/** Asks what is to be done, for how long and why; done, it can be undone. */
export function ModerateDialog({ planned, onClose }: { planned: Planned; onClose: () => void }) {
  const { toasts } = useApp()
  const { store } = useRoom()
  const { id, name } = planned
  const action = useSignal(planned.action)
  /** 0: until undone. */
  const minutes = useSignal(planned.action === 'remove' ? 60 : 5)
  const reason = useSignal('')
  const { label, means } = ACTIONS[action.value]

  const act = async () => {
    const long = action.value === 'warn' || minutes.value === 0 ? {} : { minutes: minutes.value }
    const room = store.room()
    const { case: caseId } = await room.act(id, action.value, { reason: reason.value, ...long })
    onClose()
    toasts.done(`${name} ${DONE[action.value]}.`, { undo: () => room.review(caseId, 'undo') })
  }

  return (
    <FormDialog
      title={`${label} ${name}`}
      action={label}
      kind={action.value === 'warn' ? 'primary' : 'danger'}
      submit={act}
      onClose={onClose}
    >
      <fieldset class="ways">
        <legend class="sr-only">What to do</legend>
        {(Object.keys(ACTIONS) as Planned['action'][]).map((one) => (
          <label key={one} class={action.value === one ? 'is-on' : ''}>
            <input
              type="radio"
              name="action"
              class="sr-only"
              checked={action.value === one}
              onChange={() => (action.value = one)}
            />
            {ACTIONS[one].label}
          </label>
        ))}
      </fieldset>
      <p class="soft small">{means}</p>
      {action.value !== 'warn' && (
        <label class="field">
          For how long
          <select
            value={minutes.value}
            onChange={(event) => (minutes.value = Number(event.currentTarget.value))}
          >
            {LENGTHS.map((one) => (
              <option key={one} value={one}>
                {SPOKEN[one]}
              </option>
            ))}
            <option value={0}>until somebody undoes it</option>
          </select>
        </label>
      )}
      <label class="field">
        <span>
          Reason <span class="soft">(they are told)</span>
        </span>
        <textarea
          rows={2}
          maxLength={1000}
          value={reason.value}
          onInput={(event) => (reason.value = event.currentTarget.value)}
        />
      </label>
    </FormDialog>
  )
}
