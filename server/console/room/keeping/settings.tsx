import { lazy } from '../../app/lazy.tsx'
import { SettingsCard } from '../settings-card.tsx'
import { sayAdmins, sayRetention } from './say.ts'

const KeepingDialog = lazy(() => import('../later.ts').then((part) => part.KeepingDialog))

/** How long the room's words stay and who may read them. */
export function KeepingSettings() {
  return (
    <SettingsCard
      title="Privacy"
      change="Change the room’s privacy"
      whenClosed
      say={(settings) => `${sayRetention(settings)} ${sayAdmins(settings)}`}
      dialog={KeepingDialog}
    />
  )
}
