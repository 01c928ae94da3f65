import type { AuditEntryView } from '#protocol'
import { useApp } from '../app/context.ts'
import { PagedList } from '../app/paged-list.tsx'
import { usePages } from '../app/pages.ts'
import { Moment } from '../ui/index.ts'
import { sayAction, sayBy, sayDetails } from './model/say.ts'

/** Who did what with the things of the one who is signed in, newest first. */
export function Audit() {
  const { session } = useApp()
  const pages = usePages<AuditEntryView>('/audit')
  const me = session.user.value?.id
  return (
    <section class="panel" aria-labelledby="audit">
      <h2 id="audit">What was done with your things</h2>
      <p class="soft">
        By you, by others and by the hub itself. Entries are only ever added, each sealed with the
        one before it: none can be changed or taken out unnoticed.
      </p>
      <PagedList pages={pages} what="the audit" empty="Nothing yet.">
        {(items) =>
          items.map(({ seq, at, action, by, target, request, details }) => (
            <li key={seq} class="row">
              <div class="row-main">
                <span class="name">
                  {sayAction(action)}
                  {target !== undefined && target !== me && (
                    <>
                      : <bdi>{target}</bdi>
                    </>
                  )}
                </span>
                <span class="soft small">
                  {sayBy(by, me)} · <Moment at={at} /> · entry {seq}
                </span>
                {details !== undefined && Object.keys(details).length > 0 && (
                  <span class="small details">
                    <bdi>{sayDetails(details)}</bdi>
                  </span>
                )}
                {request !== undefined && <span class="soft small details">request {request}</span>}
              </div>
            </li>
          ))
        }
      </PagedList>
    </section>
  )
}
