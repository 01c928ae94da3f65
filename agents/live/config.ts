import type { RoomAgentRow } from '#db'
import { type Actor, type AgentConfig, Workflow } from '#protocol'
import type { RoomAgent } from '#rooms'

/** What agents are called unless a room names them otherwise. */
const DEFAULT_NAME = 'Aura'

/** The four agents of a room: as set, else on and called Aura. */
export function agentConfigs(rows: readonly RoomAgentRow[]): AgentConfig[] {
  return Workflow.options.map((workflow) => {
    const row = rows.find((r) => r.workflow === workflow)
    return { workflow, enabled: row?.enabled ?? true, name: row?.name ?? DEFAULT_NAME }
  })
}

export function roomAgent({ workflow, name }: AgentConfig): RoomAgent {
  return { id: `agent:${workflow}`, workflow, name }
}

export function actorOf({ id, name }: RoomAgent): Actor {
  return { id, name, kind: 'agent' }
}
