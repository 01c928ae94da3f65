import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { ExportView, Page } from '#protocol'
import { useApp } from '../app/context.ts'
import { useFetched } from '../app/fetched.ts'
import { bytes } from '../app/format.ts'
import { saveAs } from '../app/save.ts'
import { Badge, Button, ErrorNote, Moment, useSubmit } from '../ui/index.ts'

const PATH = '/privacy/exports'
/** While one is made, this often, ms. */
const EVERY_MS = 1_500

const isUnderWay = ({ status }: ExportView) => status === 'queued' || status === 'running'

/** All that is kept about one, to take along. */
export function Exports() {
  const { session } = useApp()
  const watching = useSignal(false)
  const { busy, problem, run } = useSubmit()
  const { value, error, refresh } = useFetched(
    async (signal) => (await session.rest<Page<ExportView>>(PATH, { signal })).items,
    watching.value ? { everyMs: EVERY_MS } : {},
  )
  const items = value.value ?? []
  const underWay = items.some(isUnderWay)
  useEffect(() => {
    watching.value = underWay
  }, [underWay])
  const make = () =>
    run(async () => {
      await session.rest(PATH, { method: 'POST' })
      refresh()
    })
  return (
    <section class="panel" aria-labelledby="exports">
      <h2 id="exports">Take your data along</h2>
      <p class="soft">
        An archive of all that is kept about you, a file for each kind, which people and programs
        can read, and your recordings. What others said and your passwords are not in it.
      </p>
      <ErrorNote error={error.value} retry={refresh} />
      <ErrorNote error={problem.value} />
      <p role="status" class="sr-only">
        {underWay ? 'Your export is being made.' : items[0]?.status === 'done' && 'It is ready.'}
      </p>
      {items.length > 0 && (
        <ul class="rows">
          {items.map((one) => (
            <Export key={one.id} one={one} refresh={refresh} />
          ))}
        </ul>
      )}
      <Button
        icon="download"
        busy={busy.value || underWay}
        disabled={value.value === undefined}
        onClick={() => void make()}
      >
        Make an export
      </Button>
    </section>
  )
}

function Export({ one, refresh }: { one: ExportView; refresh: () => void }) {
  const { session, toasts, confirm } = useApp()
  const { busy, run } = useSubmit(toasts.error)
  const { id, status, progress, created_at: at, expires_at: until, manifest } = one
  const path = `${PATH}/${id}`
  const download = async () => {
    const archive = await (await session.raw(`${path}/archive`)).blob()
    saveAs(archive, `auralink-${new Date(at).toISOString().slice(0, 10)}.zip`)
  }
  const remove = async () => {
    const yes = await confirm.ask({
      title: isUnderWay(one) ? 'Stop this export?' : 'Delete this export?',
      text: 'Your data stays as it is. You can make another export at any time.',
      action: isUnderWay(one) ? 'Stop' : 'Delete',
    })
    if (!yes) return
    await session.rest(path, { method: 'DELETE' })
    refresh()
  }
  return (
    <li class="row export">
      <div class="row-main">
        <span>
          Export of <Moment at={at} />
        </span>
        {isUnderWay(one) && (
          <span class="under-way">
            <progress value={progress} max={1} aria-label="Progress of the export" />
            <span class="soft small">{Math.floor(progress * 100)} %</span>
          </span>
        )}
        {status === 'done' && until !== undefined && (
          <span class="soft small">
            {manifest && `${bytes(manifest.bytes)}, `}deleted on <Moment at={until} />
          </span>
        )}
        {status === 'failed' && (
          <span class="small">
            <Badge tone="bad" dot>
              failed
            </Badge>{' '}
            {one.error?.message}
          </span>
        )}
      </div>
      <span class="row-actions">
        {status === 'done' && (
          <Button size="small" icon="download" busy={busy.value} onClick={() => void run(download)}>
            Download
          </Button>
        )}
        <Button
          kind="ghost"
          size="small"
          icon="close"
          label={isUnderWay(one) ? 'Stop the export' : 'Delete the export'}
          busy={busy.value}
          onClick={() => void run(remove)}
        />
      </span>
    </li>
  )
}
