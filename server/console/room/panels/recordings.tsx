import { useSignal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import type { Page, RecordingView } from '#protocol'
import { useApp } from '../../app/context.ts'
import { useFetched } from '../../app/fetched.ts'
import { saveAs } from '../../app/save.ts'
import { sayClock } from '../../app/say.ts'
import { Badge, Button, ErrorNote, Time, useSubmit } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { RECORDED } from '../sound/settings.tsx'

/** What goes on is asked for again this often, ms. */
const EVERY_MS = 15_000

/** The sound that was kept of a room, for its moderators: a file for each voice. */
export function Recordings() {
  const { session } = useApp()
  const { store } = useRoom()
  const path = `${store.path}/recordings`
  const older = useSignal<readonly RecordingView[]>([])
  const next = useSignal<string | null | undefined>(undefined)
  const ask = (cursor?: string, signal?: AbortSignal) => {
    const query = new URLSearchParams({ limit: '50', ...(cursor === undefined ? {} : { cursor }) })
    const options = signal === undefined ? {} : { signal }
    return session.rest<Page<RecordingView>>(`${path}?${query}`, options)
  }
  const { value, error, refresh } = useFetched((signal) => ask(undefined, signal), {
    everyMs: EVERY_MS,
    key: path,
  })
  const more = next.value === undefined ? value.value?.next_cursor : next.value
  const showMore = async () => {
    if (typeof more !== 'string') return
    const page = await ask(more)
    older.value = [...older.value, ...page.items]
    next.value = page.next_cursor
  }
  const gone = (id: string) => {
    older.value = older.value.filter((one) => one.id !== id)
    refresh()
  }
  const first = value.value?.items ?? []
  const known = new Set(first.map(({ id }) => id))
  const items = [...first, ...older.value.filter(({ id }) => !known.has(id))]
  const loading = value.value === undefined && error.value === undefined
  if (loading || (items.length === 0 && store.mode.value !== 'live')) return null
  return (
    <section>
      <h3>Recordings</h3>
      <ErrorNote error={error.value} retry={refresh} />
      {items.length === 0 && error.value === undefined && (
        <p class="soft small">
          {RECORDED[store.view.value?.settings.record ?? 'off']} The room’s owner changes that under
          Agents, Sound.
        </p>
      )}
      <ul class="rows">
        {items.map((one) => (
          <Recording key={one.id} recording={one} path={`${path}/${one.id}`} gone={gone} />
        ))}
      </ul>
      {typeof more === 'string' && (
        <Button size="small" onClick={() => void showMore()}>
          Show more
        </Button>
      )}
    </section>
  )
}

function Recording(props: { recording: RecordingView; path: string; gone: (id: string) => void }) {
  const { session, toasts, confirm } = useApp()
  const { recording, path, gone } = props
  const { id, kind, user_name: name, started_at: from, ended_at: to, expires_at: until } = recording
  const heard = useSignal<string | undefined>(undefined)
  const { busy, run } = useSubmit(toasts.error)
  useEffect(
    () => () => {
      if (heard.peek() !== undefined) URL.revokeObjectURL(heard.peek() ?? '')
    },
    [],
  )
  const fetchSound = async () => (await session.raw(path)).blob()
  const remove = async () => {
    const yes = await confirm.ask({
      title: `Delete this recording of ${name}?`,
      text: 'It cannot be brought back.',
      action: 'Delete',
    })
    if (!yes) return
    await session.rest(path, { method: 'DELETE' })
    gone(id)
  }
  const what = kind === 'clip' ? 'around a case' : 'the meeting'
  return (
    <li class="row recording">
      <div class="row-main">
        <bdi class="name">{name}</bdi>
        <span class="soft small">
          {what}, <Time at={from} />
          {to === null ? '' : `, ${sayClock(to - from)}`}, kept until{' '}
          {new Date(until).toLocaleDateString()}
        </span>
        {to === null && (
          <Badge tone="bad" dot>
            goes on
          </Badge>
        )}
        {heard.value !== undefined && (
          // biome-ignore lint/a11y/useMediaCaption: what is said in it is in the transcript
          <audio controls src={heard.value} aria-label={`Recording of ${name}`} />
        )}
      </div>
      <span class="row-actions">
        {heard.value === undefined && (
          <Button
            kind="ghost"
            size="small"
            icon="play"
            label={`Listen to ${name}`}
            busy={busy.value}
            onClick={() =>
              void run(async () => {
                heard.value = URL.createObjectURL(await fetchSound())
              })
            }
          />
        )}
        <Button
          kind="ghost"
          size="small"
          icon="download"
          label={`Download the recording of ${name}`}
          busy={busy.value}
          onClick={() => void run(async () => saveAs(await fetchSound(), `recording-${id}.ogg`))}
        />
        <Button
          kind="ghost"
          size="small"
          icon="close"
          label={`Delete the recording of ${name}`}
          busy={busy.value}
          onClick={() => void run(remove)}
        />
      </span>
    </li>
  )
}
