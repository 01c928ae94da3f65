import { useSignal } from '@preact/signals'
import type { RoomSettings } from '#protocol'
import { useApp } from '../../app/context.ts'
import { FormDialog } from '../../ui/index.ts'
import type { SettingsDialogProps } from '../settings-card.tsx'

type Settings = Pick<RoomSettings, 'voice' | 'record' | 'record_days'>

const RECORD: Record<Settings['record'], { label: string; means: string }> = {
  off: { label: 'Nothing', means: 'No sound is kept. The transcript is, as in every room.' },
  cases: {
    label: 'Around moderation cases',
    means:
      'About half a minute around each case, of the person whom it is about. Moderators can listen to it.',
  },
  meeting: {
    label: 'The whole meeting',
    means:
      'All that is said, in a file for each person. Moderators can listen to it. Who is not transcribed, or is muted, is not recorded.',
  },
}

/** What is done with sound in this room, for its owner. */
export function SoundDialog({ settings, save, onClose }: SettingsDialogProps) {
  const { toasts } = useApp()
  const { voice, record, record_days } = settings
  const draft = useSignal<Settings>({ voice, record, record_days })
  const now = draft.value
  const set = (part: Partial<Settings>) => {
    draft.value = { ...draft.value, ...part }
  }
  const submit = async () => {
    await save(now)
    onClose()
    toasts.done('The room’s sound is set.', { undo: () => save({ voice, record, record_days }) })
  }
  return (
    <FormDialog title="Sound of this room" action="Save" {...{ submit, onClose }}>
      <label class="check">
        <input
          type="checkbox"
          checked={now.voice}
          onChange={(event) => set({ voice: event.currentTarget.checked })}
        />
        <span>
          Agents answer aloud
          <small class="soft">
            Where somebody takes part with sound. What they say in private is never spoken.
          </small>
        </span>
      </label>
      <fieldset class="field record-choice">
        <legend>Sound that is kept</legend>
        {(Object.keys(RECORD) as Settings['record'][]).map((one) => (
          <label key={one} class="check">
            <input
              type="radio"
              name="record"
              checked={now.record === one}
              onChange={() => set({ record: one })}
            />
            <span>
              {RECORD[one].label}
              <small class="soft">{RECORD[one].means}</small>
            </span>
          </label>
        ))}
      </fieldset>
      {now.record !== 'off' && (
        <>
          <label class="field">
            Kept for so many days, then deleted
            <input
              type="number"
              min={1}
              max={3650}
              required
              value={now.record_days}
              onInput={(event) => set({ record_days: event.currentTarget.valueAsNumber })}
            />
          </label>
          <p class="soft small">Everyone in the room is told that sound is kept.</p>
        </>
      )}
    </FormDialog>
  )
}
