/**
 * What the hub keeps about the one who is signed in: to read of, to take along, and to erase. Fetched when it is
 * opened. `model/` is what it says, as pure functions.
 */
import { Audit } from './audit.tsx'
import { Consents } from './consents.tsx'
import { Erase } from './erase.tsx'
import { Exports } from './exports.tsx'
import { Kept } from './kept.tsx'

export function DataPage() {
  return (
    <div class="page data-page">
      <header>
        <h1>Your data</h1>
        <p class="soft">What this hub knows about you, and what you can do about it.</p>
      </header>
      <Kept />
      <Exports />
      <Consents />
      <Audit />
      <Erase />
    </div>
  )
}
