import { useSignal } from '@preact/signals'
import { useApp } from '../../app/context.ts'
import { FormDialog } from '../../ui/index.ts'
import type { SettingsDialogProps } from '../settings-card.tsx'

/** So many days are proposed to who chooses an end at all. */
const USUAL_DAYS = 90

/** How long the room's words stay, and whether the hub's admins may read them, for its owner. */
export function KeepingDialog({ settings, save, onClose }: SettingsDialogProps) {
  const { toasts } = useApp()
  const { retention_days, admins_may_read } = settings
  const before = { retention_days, admins_may_read }
  const ends = useSignal(retention_days !== null)
  const days = useSignal(retention_days ?? USUAL_DAYS)
  const admins = useSignal(admins_may_read)
  // what is deleted then does not come back by taking the change back
  const deletes = ends.value && (retention_days === null || days.value < retention_days)
  const submit = async () => {
    await save({ retention_days: ends.value ? days.value : null, admins_may_read: admins.value })
    onClose()
    toasts.done('The room’s privacy is set.', { undo: () => save(before) })
  }
  return (
    <FormDialog title="Privacy of this room" action="Save" {...{ submit, onClose }}>
      <fieldset class="field record-choice">
        <legend>What is said here is kept</legend>
        <label class="check">
          <input
            type="radio"
            name="retention"
            checked={!ends.value}
            onChange={() => (ends.value = false)}
          />
          <span>
            Until the room is removed
            <small class="soft">
              Its record can be read and searched for as long as it exists.
            </small>
          </span>
        </label>
        <label class="check">
          <input
            type="radio"
            name="retention"
            checked={ends.value}
            onChange={() => (ends.value = true)}
          />
          <span>
            For some days
            <small class="soft">
              What is older goes from the transcript, the chat, the summary, the agents’ memory and
              the recordings, for everyone and for good.
            </small>
          </span>
        </label>
      </fieldset>
      {ends.value && (
        <label class="field">
          Days
          <input
            type="number"
            min={1}
            max={3650}
            required
            value={days.value}
            onInput={(event) => (days.value = event.currentTarget.valueAsNumber)}
          />
        </label>
      )}
      {deletes && (
        <p class="small due" role="status">
          What is older than that already is deleted within a day. It cannot be brought back.
        </p>
      )}
      <label class="check">
        <input
          type="checkbox"
          checked={admins.value}
          onChange={(event) => (admins.value = event.currentTarget.checked)}
        />
        <span>
          The hub’s admins may read this room
          <small class="soft">
            Else they see that it exists and how it runs, and none of its words.
          </small>
        </span>
      </label>
      <p class="soft small">Everyone in the room is told.</p>
    </FormDialog>
  )
}
