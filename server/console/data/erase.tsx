import { useSignal } from '@preact/signals'
import type { ErasureView } from '#protocol'
import { useApp } from '../app/context.ts'
import { Button } from '../ui/index.ts'
import { EraseDialog } from './erase-dialog.tsx'
import { ErasureDialog } from './erasure-dialog.tsx'

/** Everything about the one who is signed in goes. Once begun, the page follows it, also when it is loaded again. */
export function Erase() {
  const { session } = useApp()
  const me = session.user.value?.id ?? ''
  const kept = `erasure of ${me}`
  const asking = useSignal(false)
  const id = useSignal(sessionStorage.getItem(kept))
  const follow = ({ id: begun }: ErasureView) => {
    sessionStorage.setItem(kept, begun)
    asking.value = false
    id.value = begun
  }
  const forget = () => {
    sessionStorage.removeItem(kept)
    id.value = null
  }
  return (
    <section class="panel" aria-labelledby="erase">
      <h2 id="erase">Erase everything</h2>
      <p class="soft">
        All that is kept about you goes, in this hub and for good. Make an export first, if you want
        to keep any of it.
      </p>
      <Button kind="danger" onClick={() => (asking.value = true)}>
        Erase everything …
      </Button>
      {asking.value && (
        <EraseDialog me={me} onBegun={follow} onClose={() => (asking.value = false)} />
      )}
      {id.value !== null && (
        <ErasureDialog
          id={id.value}
          onFailed={forget}
          onRead={() => {
            forget()
            session.signOut()
          }}
        />
      )}
    </section>
  )
}
