import type { App, HttpDeps } from '../../types.ts'
import { arrivalRules } from './arrival-rules.ts'
import { dispatch } from './dispatch.ts'
import { livekitToken } from './livekit-token.ts'
import { webhook } from './webhook.ts'

/** What the REST API has for LiveKit rooms. Without a LiveKit server it says how to connect one. */
export async function livekitRoutes(app: App, deps: HttpDeps): Promise<void> {
  arrivalRules(app, deps)
  dispatch(app, deps)
  livekitToken(app, deps)
  await webhook(app, deps)
}
