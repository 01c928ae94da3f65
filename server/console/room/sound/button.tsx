import { useSignal } from '@preact/signals'
import { Button } from '../../ui/index.ts'
import { useRoom } from '../context.ts'

/** Takes part with sound: the parts for it are fetched then. */
export function SoundButton() {
  const { store, wantsSound } = useRoom()
  const busy = useSignal(false)
  if (wantsSound.value) return null
  const start = async () => {
    busy.value = true
    // its people may be in a LiveKit room since a moment ago
    await store.check()
    busy.value = false
    wantsSound.value = true
  }
  return (
    <Button icon="mic" busy={busy.value} onClick={() => void start()}>
      {store.joined.value ? 'Microphone' : 'Join with microphone'}
    </Button>
  )
}
