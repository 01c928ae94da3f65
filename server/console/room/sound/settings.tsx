import { useSignal } from '@preact/signals'
import type { RoomView } from '#protocol'
import { useApp } from '../../app/context.ts'
import { lazy } from '../../app/lazy.tsx'
import { Button } from '../../ui/index.ts'
import { useRoom } from '../context.ts'

const SettingsDialog = lazy(() => import('../later.ts').then((part) => part.SettingsDialog))

/** What is kept of a room's sound, as everyone in it is told. */
export const RECORDED = {
  off: 'No sound is kept.',
  cases: 'Sound around moderation cases is kept.',
  meeting: 'The sound of this meeting is kept.',
}

/** What is done with sound in this room, for everyone to see and for its owner to change. */
export function SoundSettings() {
  const { session } = useApp()
  const { store } = useRoom()
  const editing = useSignal(false)
  const view = store.view.value
  if (view === undefined) return null
  const { settings, owner } = view
  const save = async (changed: Partial<RoomView['settings']>) => {
    const path = `/rooms/${encodeURIComponent(store.name)}`
    await session.rest(path, { method: 'PATCH', body: { settings: changed } })
    await store.check()
  }
  return (
    <section class="agent-card sound-settings">
      <div class="agent-head">
        <h3>Sound</h3>
      </div>
      <p class="soft small">
        {settings.voice ? 'Agents answer aloud where they are heard.' : 'Agents answer in text.'}{' '}
        {RECORDED[settings.record]}
      </p>
      {owner === session.user.value?.id && store.mode.value === 'live' && (
        <div class="agent-foot">
          <Button
            size="small"
            icon="settings"
            label="Change the room’s sound"
            onClick={() => (editing.value = true)}
          >
            Change
          </Button>
        </div>
      )}
      {editing.value && (
        <SettingsDialog {...{ settings, save }} onClose={() => (editing.value = false)} />
      )}
    </section>
  )
}
