import type { ConsentView } from '#protocol'
import { PagedList } from '../app/paged-list.tsx'
import { usePages } from '../app/pages.ts'
import { hrefOf } from '../app/route.ts'
import { Badge, Moment } from '../ui/index.ts'

const KINDS = {
  told: { text: 'told that agents listen', tone: 'neutral' },
  opted_out: { text: 'you opted out', tone: 'warn' },
  opted_in: { text: 'you opted in again', tone: 'good' },
} as const

/** When one was told that agents listen, and what one chose then. */
export function Consents() {
  const pages = usePages<ConsentView>('/privacy/consents')
  return (
    <section class="panel" aria-labelledby="consents">
      <h2 id="consents">What you were told, and what you chose</h2>
      <p class="soft">
        Who comes into a room in which agents listen is told so. In the room’s head you opt out of
        transcription, and in again: what you say meanwhile is not written down and not recorded.
      </p>
      <PagedList pages={pages} what="the list" empty="You were in no room in which agents listen.">
        {(items) =>
          items.map(({ room, kind, at }) => (
            <li key={`${room} ${kind} ${at}`} class="row">
              <div class="row-main">
                <a class="name" href={hrefOf({ page: 'room', name: room })}>
                  <bdi>{room}</bdi>
                </a>
                <span class="soft small">
                  <Moment at={at} />
                </span>
              </div>
              <Badge tone={KINDS[kind].tone} dot>
                {KINDS[kind].text}
              </Badge>
            </li>
          ))
        }
      </PagedList>
    </section>
  )
}
