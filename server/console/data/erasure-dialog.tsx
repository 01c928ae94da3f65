import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ErasureReceipt, ErasureView } from '#protocol'
import { HubError } from '#protocol/client'
import { useApp } from '../app/context.ts'
import { useFetched } from '../app/fetched.ts'
import { saveAs } from '../app/save.ts'
import { Button, Dialog, ErrorNote, Moment } from '../ui/index.ts'
import { linesOf } from './model/say.ts'

/** How often the hub is asked how far it is, ms. */
const EVERY_MS = 1_000

/** Follows an erasure to its end, and shows its receipt. There is no way back from it but to sign out. */
export function ErasureDialog(props: { id: string; onFailed: () => void; onRead: () => void }) {
  const { session } = useApp()
  const { id, onFailed, onRead } = props
  const isOver = useSignal(false)
  const { value, error, refresh } = useFetched(
    (signal) => session.rest<ErasureView>(`/privacy/erasures/${id}`, { signal }),
    isOver.value ? {} : { everyMs: EVERY_MS },
  )
  const { status, progress = 0, receipt } = value.value ?? {}
  // the hub does not know it any more, or has another database
  const isUnknown = error.value instanceof HubError && error.value.code === 'not_found'
  useEffect(() => {
    isOver.value = status === 'done' || status === 'failed' || isUnknown
  }, [status, isUnknown])
  if (receipt !== undefined) return <Read receipt={receipt} onRead={onRead} />
  const failed = status === 'failed' || isUnknown
  return (
    <Dialog title={failed ? 'Not everything is erased' : 'Erasing everything about you'}>
      {failed ? (
        <>
          <p>
            {isUnknown
              ? 'The hub knows nothing of this erasure. Ask for it again.'
              : 'It has stopped before its end. What is erased stays erased. Ask for it again: it goes on with the rest. If that fails too, the hub’s operator can see why.'}
          </p>
          <div class="dialog-actions">
            <Button onClick={onFailed}>Close</Button>
          </div>
        </>
      ) : (
        <>
          <p>It goes on by itself, also when you close this page.</p>
          <span class="under-way">
            <progress value={progress} max={1} aria-label="Progress of the erasure" />
            <span class="soft small">{Math.floor(progress * 100)} %</span>
          </span>
          <ErrorNote error={error.value} retry={refresh} />
        </>
      )}
    </Dialog>
  )
}

function Read({ receipt, onRead }: { receipt: ErasureReceipt; onRead: () => void }) {
  const lines = linesOf(receipt)
  const kept = lines.filter((line) => line.kept > 0)
  const save = () => {
    const text = JSON.stringify(receipt, null, 2)
    saveAs(new Blob([text], { type: 'application/json' }), 'erasure-receipt.json')
  }
  return (
    <Dialog title="Everything about you is erased">
      <p class="soft" role="status">
        Finished <Moment at={receipt.finished_at} />.{' '}
        {receipt.keys_shredded > 0 && 'Your key is destroyed.'}
      </p>
      {lines.length > 0 && (
        <table class="table">
          <caption class="sr-only">What was erased</caption>
          <thead>
            <tr>
              <th scope="col">Where</th>
              <th scope="col">Erased</th>
              <th scope="col">Kept</th>
            </tr>
          </thead>
          <tbody>
            {lines.map(({ place, erased, kept: stays }) => (
              <tr key={place}>
                <th scope="row">{place}</th>
                <td>{erased}</td>
                <td>{stays}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {kept.map(({ place, why }) => (
        <p key={place} class="small">
          <strong>{place}</strong>: {why}
        </p>
      ))}
      <div class="dialog-actions">
        <Button icon="download" onClick={save}>
          Save this receipt
        </Button>
        <Button kind="primary" icon="exit" onClick={onRead}>
          Sign out
        </Button>
      </div>
    </Dialog>
  )
}
