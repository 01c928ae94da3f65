import type { ComponentChildren } from 'preact'
import { Button, ErrorNote, Spinner } from '../ui/index.ts'
import type { Pages } from './pages.ts'

/** Pages of rows: what is under way, what went wrong, and the way to more. */
export function PagedList<T>(props: {
  pages: Pages<T>
  /** What is being fetched, as `the audit`. */
  what: string
  /** Shown where there is nothing. */
  empty: string
  /** The rows of all that was fetched so far. */
  children: (items: readonly T[]) => ComponentChildren
}) {
  const { pages, what, empty, children } = props
  const items = pages.items.value
  return (
    <>
      <ErrorNote error={pages.error.value} retry={pages.refresh} />
      {items === undefined && pages.error.value === undefined && (
        <Spinner label={`Fetching ${what} …`} />
      )}
      {items?.length === 0 && <p class="soft">{empty}</p>}
      {items !== undefined && items.length > 0 && <ul class="rows">{children(items)}</ul>}
      {pages.more && (
        <Button size="small" class="more" busy={pages.busy.value} onClick={pages.more}>
          Show more of {what}
        </Button>
      )}
    </>
  )
}
