import { useSignal } from '@preact/signals'
import type { ConsentView } from '#protocol'
import { PagedList } from '../../app/paged-list.tsx'
import { usePages } from '../../app/pages.ts'
import { Avatar, Badge, Moment } from '../../ui/index.ts'
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
  const path = `${store.path}/consents`
  const pages = usePages<ConsentView>(path, key)
  return (
    <PagedList pages={pages} what="who was told" empty="Nobody yet: no agent has listened.">
      {(consents) =>
        standingsOf(consents).map(({ user, told, choice }) => (
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
        ))
      }
    </PagedList>
  )
}
