import type { queries } from '#db'
import {
  type Actor,
  type AgentConfig,
  HubError,
  ModerationPolicy,
  type SomeModerationPolicy,
  Workflow,
} from '#protocol'
import type { RoomAgent } from '#rooms'

/** What agents are called unless a room names them otherwise. */
const DEFAULT_NAME = 'Aura'

/** Some of an agent's config, as a moderator sets it. */
export interface ConfigPatch {
  enabled?: boolean | undefined
  name?: string | undefined
  settings?: SomeModerationPolicy | undefined
}

/** The four agents of a room: as set, else on and called Aura. */
export function agentConfigs(rows: readonly queries.RoomAgentRow[]): AgentConfig[] {
  return Workflow.options.map((workflow) => {
    const row = rows.find((r) => r.workflow === workflow)
    const config = { workflow, enabled: row?.enabled ?? true, name: row?.name ?? DEFAULT_NAME }
    return workflow === 'moderation'
      ? { ...config, settings: ModerationPolicy.parse(row?.settings ?? {}) }
      : config
  })
}

/** Throws `invalid` for settings of an agent that has none. */
export function patched(
  before: AgentConfig,
  { enabled, name, settings }: ConfigPatch,
): AgentConfig {
  if (settings && before.workflow !== 'moderation')
    throw new HubError('invalid', `The agent ${before.workflow} has no settings.`)
  const set = Object.entries(settings ?? {}).filter(([, value]) => value !== undefined)
  return {
    ...before,
    enabled: enabled ?? before.enabled,
    name: name ?? before.name,
    ...(settings
      ? { settings: ModerationPolicy.parse({ ...before.settings, ...Object.fromEntries(set) }) }
      : {}),
  }
}

export function roomAgent({ workflow, name }: AgentConfig): RoomAgent {
  return { id: `agent:${workflow}`, workflow, name }
}

export function actorOf({ id, name }: RoomAgent): Actor {
  return { id, name, kind: 'agent' }
}
