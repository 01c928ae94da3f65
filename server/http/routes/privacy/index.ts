import type { App, HttpDeps } from '../../types.ts'
import { consents } from './consents.ts'
import { erasures } from './erasures.ts'
import { exportArchive } from './export-archive.ts'
import { exports } from './exports.ts'

/** What the hub keeps of a person: to have it, to be forgotten, and what was agreed to. */
export function privacyRoutes(app: App, deps: HttpDeps): void {
  exports(app, deps)
  exportArchive(app, deps)
  erasures(app, deps)
  consents(app, deps)
}
