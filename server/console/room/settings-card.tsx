import { useSignal } from '@preact/signals'
import type { ComponentChildren, ComponentType } from 'preact'
import type { RoomSettings } from '#protocol'
import { useApp } from '../app/context.ts'
import { Button } from '../ui/index.ts'
import { useRoom } from './context.ts'

/** What a dialog that changes settings is given. */
export interface SettingsDialogProps {
  settings: RoomSettings
  save: (changed: Partial<RoomSettings>) => Promise<void>
  onClose: () => void
}

/** Some of the room's settings: said to everyone, changed by its owner. */
export function SettingsCard(props: {
  title: string
  /** What the button does, as a screen reader says it. */
  change: string
  /** Whether they still matter once the room is closed. */
  whenClosed?: boolean
  say: (settings: RoomSettings) => ComponentChildren
  dialog: ComponentType<SettingsDialogProps>
}) {
  const { session } = useApp()
  const { store } = useRoom()
  const editing = useSignal(false)
  const view = store.view.value
  if (view === undefined) return null
  const { settings, owner } = view
  const { title, change, whenClosed = false, say, dialog: Dialog } = props
  const matters = whenClosed || store.mode.value === 'live'
  const save = async (changed: Partial<RoomSettings>) => {
    await session.rest(store.path, { method: 'PATCH', body: { settings: changed } })
    await store.check()
  }
  return (
    <section class="agent-card">
      <div class="agent-head">
        <h3>{title}</h3>
      </div>
      <p class="soft small">{say(settings)}</p>
      {owner === session.user.value?.id && matters && (
        <div class="agent-foot">
          <Button
            size="small"
            icon="settings"
            label={change}
            onClick={() => (editing.value = true)}
          >
            Change
          </Button>
        </div>
      )}
      {editing.value && <Dialog {...{ settings, save }} onClose={() => (editing.value = false)} />}
    </section>
  )
}
