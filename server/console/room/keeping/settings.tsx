import { useSignal } from '@preact/signals'
import type { RoomSettings } from '#protocol'
import { useApp } from '../../app/context.ts'
import { lazy } from '../../app/lazy.tsx'
import { Button } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { sayAdmins, sayRetention } from './say.ts'

const KeepingDialog = lazy(() => import('../later.ts').then((part) => part.KeepingDialog))

/** How long the room's words stay and who may read them, for everyone to see and for its owner to change. */
export function KeepingSettings() {
  const { session } = useApp()
  const { store } = useRoom()
  const editing = useSignal(false)
  const view = store.view.value
  if (view === undefined) return null
  const { settings, owner } = view
  const save = async (changed: Partial<RoomSettings>) => {
    const path = `/rooms/${encodeURIComponent(store.name)}`
    await session.rest(path, { method: 'PATCH', body: { settings: changed } })
    await store.check()
  }
  return (
    <section class="agent-card">
      <div class="agent-head">
        <h3>Privacy</h3>
      </div>
      <p class="soft small">
        {sayRetention(settings)} {sayAdmins(settings)}
      </p>
      {owner === session.user.value?.id && (
        <div class="agent-foot">
          <Button
            size="small"
            icon="settings"
            label="Change the room’s privacy"
            onClick={() => (editing.value = true)}
          >
            Change
          </Button>
        </div>
      )}
      {editing.value && (
        <KeepingDialog {...{ settings, save }} onClose={() => (editing.value = false)} />
      )}
    </section>
  )
}
