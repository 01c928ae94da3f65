import { lazy } from '../../app/lazy.tsx'
import { SettingsCard } from '../settings-card.tsx'

const SoundDialog = lazy(() => import('../later.ts').then((part) => part.SoundDialog))

/** What is kept of a room's sound, as everyone in it is told. */
export const RECORDED = {
  off: 'No sound is kept.',
  cases: 'Sound around moderation cases is kept.',
  meeting: 'The sound of this meeting is kept.',
}

/** What is done with sound in this room. */
export function SoundSettings() {
  return (
    <SettingsCard
      title="Sound"
      change="Change the room’s sound"
      say={({ voice, record }) =>
        `${voice ? 'Agents answer aloud where they are heard.' : 'Agents answer in text.'} ${RECORDED[record]}`
      }
      dialog={SoundDialog}
    />
  )
}
