import { useSignal } from '@preact/signals'
import type { ConsentView } from '#protocol'
import { usePages } from '../../app/pages.ts'
import { Avatar, Badge, Button, ErrorNote, Moment, Spinner } from '../../ui/index.ts'
import { useRoom } from '../context.ts'
import { standingsOf } from '../model/standing.ts'

/** Who was told that agents listen, and who opted out: for moderators, who may have to answer for it. */
export function Told() {
  const open = useSignal(false)
  return (
    <details onToggle={(event) => (open.value = event.currentTarget.open)}>
      <summary>Who was told that agents listen</summary>
      {open.value && <Standings />}
    </details>
  )
}

function Standings() {
  const { store } = useRoom()
  const people = store.state.value?.participants ?? []
  // who comes, or chooses anew, is a reason to ask again
  const key = people.map(({ id, opted_out: out }) => `${id} ${out}`).join()
  const path = `/rooms/${encodeURIComponent(store.name)}/consents`
  const { items, error, busy, more, refresh } = usePages<ConsentView>(path, key)
  const standings = standingsOf(items.value ?? [])
  return (
    <>
      <ErrorNote error={error.value} retry={refresh} />
      {items.value === undefined && error.value === undefined && (
        <Spinner label="Asking who was told …" />
      )}
      {items.value?.length === 0 && <p class="soft small">Nobody yet: no agent has listened.</p>}
      <ul class="rows">
        {standings.map(({ user, told, choice }) => (
          <li key={user} class="row">
            <Avatar id={user} name={store.nameOf(user)} />
            <div class="row-main">
              <bdi class="name">{store.nameOf(user)}</bdi>
              {told !== undefined && (
                <span class="soft small">
                  told <Moment at={told} />
                </span>
              )}
              {choice && (
                <span class="marks">
                  <Badge tone={choice.kind === 'opted_out' ? 'warn' : 'good'} dot>
                    {choice.kind === 'opted_out' ? 'opted out' : 'opted in again'}
                  </Badge>
                  <span class="soft small">
                    <Moment at={choice.at} />
                  </span>
                </span>
              )}
            </div>
          </li>
        ))}
      </ul>
      {more && (
        <Button size="small" busy={busy.value} onClick={more}>
          Show more
        </Button>
      )}
    </>
  )
}
