import type { Minutes } from '#protocol'
import { useApp } from '../../app/context.ts'
import { useFetched } from '../../app/fetched.ts'
import { saveAs } from '../../app/save.ts'
import { Button, ErrorNote, Spinner } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { Recordings } from './recordings.tsx'
import { SummaryView } from './summary.tsx'

const FORMATS = [
  { format: 'markdown', label: 'Markdown', ending: 'md' },
  { format: 'json', label: 'JSON', ending: 'json' },
  { format: 'vtt', label: 'WebVTT', ending: 'vtt' },
] as const

/** What came of the meeting in one piece, to read and to take along. */
export function MinutesPanel() {
  const { session, toasts } = useApp()
  const { store } = useRoom()
  const path = `${store.path}/minutes`

  const { value, error, refresh } = useFetched(
    (signal) => session.rest<Minutes>(`${path}?format=json`, { signal }),
    // each version of the summary is a reason to read them again
    { key: `${path} ${store.summary.value?.version}` },
  )

  const save = async ({ format, ending }: (typeof FORMATS)[number]) => {
    try {
      const response = await session.raw(`${path}?format=${format}`)
      saveAs(await response.blob(), `${fileName(store.name)}.${ending}`)
    } catch (error) {
      toasts.error(error)
    }
  }
  const copy = async () => {
    try {
      if (navigator.clipboard === undefined)
        throw new Error('A page that does not come by https may not copy. Take the file instead.')
      const response = await session.raw(`${path}?format=markdown`)
      await navigator.clipboard.writeText(await response.text())
      toasts.done('The minutes are copied as Markdown.')
    } catch (error) {
      toasts.error(error)
    }
  }

  if (error.value !== undefined) return <ErrorNote error={error.value} retry={refresh} />
  const read = value.value
  if (read === undefined) return <Spinner label="Writing the minutes …" />
  return (
    <div class="minutes">
      <div class="minutes-tools">
        {FORMATS.map((one) => (
          <Button key={one.format} size="small" icon="download" onClick={() => void save(one)}>
            {one.label}
          </Button>
        ))}
        <Button kind="ghost" size="small" onClick={() => void copy()}>
          Copy
        </Button>
      </div>
      <p class="soft small">
        {read.opened_at === null ? 'Not opened yet' : new Date(read.opened_at).toLocaleString()}
        {read.closed_at === null
          ? ' · still open'
          : ` – ${new Date(read.closed_at).toLocaleString()}`}
        {` · ${read.transcript.length} ${read.transcript.length === 1 ? 'turn' : 'turns'}`}
      </p>
      {read.summary && <SummaryView summary={read.summary} />}
      <h3>Participants</h3>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">Who</th>
            <th scope="col">Turns</th>
            <th scope="col">Words</th>
          </tr>
        </thead>
        <tbody>
          {read.participants.map(({ id, name, turns, words }) => (
            <tr key={id}>
              <th scope="row">
                <bdi>{name}</bdi>
              </th>
              <td>{turns}</td>
              <td>{words}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {store.mayModerate.value && <Recordings />}
    </div>
  )
}

/** A name that every file system takes. */
function fileName(room: string): string {
  const plain = room.replace(/[^\p{L}\p{N}]+/gu, '-').replace(/^-+|-+$/g, '')
  return `minutes-${plain.slice(0, 60) || 'room'}`
}
