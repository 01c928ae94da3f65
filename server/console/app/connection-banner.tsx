import { useSignal, useSignalEffect } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Button, Icon, type IconName } from '../ui/index.ts'
import { useApp } from './context.ts'

/** A cut shorter than this is not worth a word, ms. */
const PATIENCE_MS = 1_000
const BACK_STAYS_MS = 4_000

type State = 'fine' | 'cut' | 'draining' | 'slow' | 'back' | 'ending'

const SAID: Record<Exclude<State, 'fine'>, { icon: IconName; text: string }> = {
  cut: {
    icon: 'bolt',
    text: 'The connection is cut. Connecting again; what happens meanwhile is fetched then.',
  },
  draining: { icon: 'clock', text: 'The hub restarts. The page comes back by itself.' },
  slow: { icon: 'clock', text: 'The network is slow: what you see may be behind.' },
  back: { icon: 'check', text: 'Connected again. What happened meanwhile is here.' },
  ending: { icon: 'clock', text: 'Your sign-in ends in a moment.' },
}

/** Says how the connection is while it is not as it should be, and that it has come back. */
export function ConnectionBanner() {
  const { session } = useApp()
  const state = useSignal<State>('fine')
  const troubled = useSignal(false)
  const offline = useOffline()

  useSignalEffect(() => {
    const now = offline.value ? 'cut' : session.connection.value
    const away = now === 'cut' || now === 'draining'
    const next: State = away ? now : session.slow.value ? 'slow' : 'fine'
    const told = state.peek()
    if (away) {
      const timer = setTimeout(
        () => {
          troubled.value = true
          state.value = next
        },
        now === 'draining' || troubled.peek() ? 0 : PATIENCE_MS,
      )
      return () => clearTimeout(timer)
    }
    if (next === 'slow') {
      state.value = 'slow'
      return
    }
    if (troubled.peek() && now === 'live') {
      troubled.value = false
      state.value = 'back'
      const timer = setTimeout(() => {
        state.value = 'fine'
      }, BACK_STAYS_MS)
      return () => clearTimeout(timer)
    }
    if (told !== 'back') state.value = 'fine'
    return
  })

  const shown =
    state.value === 'fine' && session.signedIn.value === 'ending' ? 'ending' : state.value
  const said = shown === 'fine' ? undefined : SAID[shown]
  return (
    <div role="status" class="banner-region">
      {said && (
        <p class={`banner banner-${shown}`}>
          <Icon name={said.icon} />
          {said.text}
        </p>
      )}
      {shown === 'ending' && (
        <Button size="small" onClick={session.signInAgain}>
          Sign in again
        </Button>
      )}
    </div>
  )
}

/** The browser knows of a cut network long before the socket does. */
function useOffline() {
  const offline = useSignal(!navigator.onLine)
  useEffect(() => {
    const renew = () => {
      offline.value = !navigator.onLine
    }
    addEventListener('online', renew)
    addEventListener('offline', renew)
    return () => {
      removeEventListener('online', renew)
      removeEventListener('offline', renew)
    }
  }, [offline])
  return offline
}
