import { Button } from '../../ui/index.ts'
import { useRoom } from '../context.ts'

/** Takes part with sound: the parts for it are fetched then. */
export function SoundButton() {
  const { store, wantsSound } = useRoom()
  if (wantsSound.value) return null
  return (
    <Button icon="mic" onClick={() => (wantsSound.value = true)}>
      {store.joined.value ? 'Microphone' : 'Join with microphone'}
    </Button>
  )
}
