import { useEffect } from 'preact/hooks'
import { useApp } from '../app/context.ts'
import { mount } from '../app/mount.tsx'
import { type Place, Shell } from '../app/shell.tsx'
import { EmptyState } from '../ui/index.ts'
import { OperationsPage } from './operations-page.tsx'

mount(Debug)

/** `/debug`: an entry of its own, which leads to the console's pages but is none of them. */
const PLACES: Place[] = [
  { label: 'Rooms', icon: 'rooms', href: '/#/', current: false },
  { label: 'Desk', icon: 'shield', href: '/#/desk', current: false },
  { label: 'Operations', icon: 'bolt', href: '/debug', current: true },
]

function Debug() {
  const { session } = useApp()
  useEffect(() => {
    document.title = 'Operations · AuraLink'
  }, [])
  return (
    <Shell places={PLACES} here="operations">
      {session.user.value?.role === 'admin' ? (
        <OperationsPage />
      ) : (
        <div class="page">
          <h1>Operations</h1>
          <EmptyState icon="shield" title="This page is for admins">
            <p>
              It shows what goes on inside the hub. Sign out, and in again with a token whose role
              is admin.
            </p>
          </EmptyState>
        </div>
      )}
    </Shell>
  )
}
