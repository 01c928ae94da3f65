/**
 * What the hub keeps about the one who is signed in: to read of, to take along, and to erase. Fetched when it is
 * opened. `model/` is what it says, as pure functions.
 */
import { useApp } from '../app/context.ts'
import { EmptyState } from '../ui/index.ts'
import { Audit } from './audit.tsx'
import { Consents } from './consents.tsx'
import { Erase } from './erase.tsx'
import { Exports } from './exports.tsx'
import { Kept } from './kept.tsx'

export function DataPage() {
  const { session } = useApp()
  return (
    <div class="page data-page">
      <header>
        <h1>Your data</h1>
        <p class="soft">What this hub knows about you, and what you can do about it.</p>
      </header>
      <Kept />
      {session.user.value?.limited ? (
        <EmptyState icon="shield" title="This sign-in is for certain rooms only">
          <p>
            To take your data along, or to have it erased, sign in with a token of your own that is
            not bound to rooms. Who gave you this one can give you such a one, or do it for you.
          </p>
        </EmptyState>
      ) : (
        <>
          <Exports />
          <Erase />
          <Consents />
          <Audit />
        </>
      )}
    </div>
  )
}
